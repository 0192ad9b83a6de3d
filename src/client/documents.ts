/** The documents that the client sends. The gateway imports them too: it trusts them where it takes trusted documents only. */

/** What a client asks of an update: everything that needs no scope of its own. */
const UPDATE_FIELDS = [
  'id customerId revision status rawStatus processingStatus missingDocuments { type } rejectLabels endUserMessage nextAction',
  'verified inDoubt confirmed confirmedBy { source by secondBy reason evidenceUrl at } cursor previousStatus reversal',
  'repeatsRevision possiblyLate source receivedAt',
].join(' ');

/** `followKyc`. */
export const FOLLOW_KYC = `subscription FollowKyc($customerId: ID, $after: String) {
  kycStatusChanged(customerId: $customerId, after: $after) { ${UPDATE_FIELDS} }
}`;

/** `followKycUpdates`. */
export const FOLLOW_KYC_UPDATES = `subscription FollowKycUpdates($filter: KycUpdateFilter, $after: String) {
  kycUpdates(filter: $filter, after: $after) { ${UPDATE_FIELDS} }
}`;

/** `consumeKyc`. */
export const CONSUME_KYC = `subscription ConsumeKyc($filter: KycUpdateFilter, $after: String) {
  kycUpdates(filter: $filter, after: $after) { ${UPDATE_FIELDS} }
}`;

/** The cursor of now. */
export const NOW = '{ kycCustomers(first: 0) { asOf } }';

/** Staff pages' lists. */
export const LIST_CUSTOMERS = `query KycCustomers($filter: KycFilter, $first: Int, $after: String) {
  kycCustomers(filter: $filter, first: $first, after: $after) {
    asOf
    pageInfo { hasNextPage endCursor }
    nodes {
      id customerId revision status rawStatus processingStatus missingDocuments { type } rejectLabels endUserMessage nextAction
      verified inDoubt confirmed firstSeenAt updatedAt confirmedAt
    }
  }
}`;
