/** What a client asks of an update: everything that needs no scope of its own. */
export const UPDATE_FIELDS = [
  'id customerId revision status rawStatus processingStatus missingDocuments { type } rejectLabels endUserMessage nextAction',
  'verified inDoubt confirmed confirmedBy { source by secondBy reason evidenceUrl at } cursor previousStatus reversal',
  'repeatsRevision possiblyLate source receivedAt',
].join(' ');
