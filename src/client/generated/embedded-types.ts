/** Types whose objects have no ID of their own. */
export const EMBEDDED_TYPES = [
  'ConfirmKycPayload',
  'CorrectKycPayload',
  'EraseKycPayload',
  'KycConfirmation',
  'KycConnection',
  'KycDeadLetterConnection',
  'KycDeadLetterEdge',
  'KycDocument',
  'KycEdge',
  'KycJournalHead',
  'KycStatusCount',
  'KycUpdateConnection',
  'KycUpdateEdge',
  'PageInfo',
  'RefreshKycPayload',
] as const;
