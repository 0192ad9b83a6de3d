/** Resolvers of the audit log. */
import { KycError } from '../../errors.ts';
import type { AuditLog, AuditPlace, StoredAuditEntry } from '../../journal/audit-log.ts';
import { page, pageSize } from '../connection.ts';
import type { KycAuditEntryResolvers, KycAuditOperation, QueryKycAuditLogArgs } from '../generated/resolvers.ts';
import { readInParts } from '../read-in-parts.ts';

const OPERATIONS = {
  query: 'QUERY',
  mutation: 'MUTATION',
  subscription: 'SUBSCRIPTION',
} as const satisfies Record<StoredAuditEntry['type'], KycAuditOperation>;

/** Resolvers of `KycAuditEntry`. */
export const auditEntryResolvers: KycAuditEntryResolvers = {
  id: ({ id }) => String(id),
  person: ({ name, subject, issuer }) => ({ name, subject, issuer }),
  operation: ({ type }) => OPERATIONS[type],
  erasedCustomers: ({ erased }) => erased,
  outcome: ({ codes }) => (codes === null ? 'UNKNOWN' : codes.length === 0 ? 'DONE' : 'FAILED'),
  codes: ({ codes }) => codes ?? [],
};

/** A page of the audit log, the latest first. Throws `BAD_USER_INPUT` for a size or a cursor that can't be. */
export async function auditLogPage(auditLog: AuditLog, { filter, first, after }: Partial<QueryKycAuditLogArgs>) {
  const size = pageSize(first, 50);
  const start = after == null ? null : placeIn(after);
  const found = await readInParts<StoredAuditEntry>(size + 1, (last, limit) =>
    auditLog.list({ ...filter, before: last ?? start, limit }),
  );
  return page(found, size, cursorOf, start === null);
}

function cursorOf({ at, id }: AuditPlace): string {
  return `${at}.${id}`;
}

function placeIn(cursor: string): AuditPlace {
  const [, at, id] = /^(\d{1,15})\.([1-9]\d{0,14})$/.exec(cursor) ?? [];
  if (at === undefined || id === undefined) throw new KycError('BAD_USER_INPUT', 'Not a cursor of the audit log.');
  return { at: Number(at), id: Number(id) };
}
