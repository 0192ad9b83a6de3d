/** A journal with something of everything, and everything that can be read of it: for copies of journals. */
import type { Journal, Submission } from '../../src/journal/journal.ts';
import { submission } from './contract.ts';

/** A dead letter. */
export const deadLetter = (customerId: string | null, body: string) =>
  ({
    category: 'GENUINE',
    reason: 'NOT_UNDERSTOOD',
    problems: ['status'],
    customerId,
    body,
    hashDigest: customerId === null ? null : Buffer.alloc(32, 7),
    receivedAt: 1_700_000_000_000,
  }) as const;

/** A journal with something of everything. */
export async function fill(journal: Journal): Promise<void> {
  const batch: Submission[] = [];
  for (let index = 0; index < 2_500; index++) batch.push(submission(`c${index % 900}`, `STATUS ${index}`));
  for (const [index, status] of [null, '', 'nul\u0000', '\ud800', 'кириллица 🦄'].entries()) {
    batch.push(submission(`odd ${index}`, status, { endUserMessage: '\u0000', extra: { deep: [status] } }));
  }
  await journal.append(batch);
  const agreement = submission('odd 0', null);
  const receivedAt = agreement.circumstances.receivedAt + 9;
  await journal.append([{ ...agreement, circumstances: { ...agreement.circumstances, source: 'API', receivedAt } }]);
  await journal.deadLetters.keep([
    deadLetter('c1', '{"a":"\\u0000"}'),
    deadLetter('c2', '{"b":2}'),
    deadLetter('c3', '{}'),
  ]);
  await journal.deadLetters.discard([2, 3]);
  await journal.consumers.create('risk-engine', { position: 0, digest: journal.seed });
  const lease = await journal.consumers.acquire({ name: 'risk-engine', fence: 0, beats: 0 }, 'x');
  if (lease === null) throw new Error('The lease is not free.');
  await journal.consumers.save(lease, {
    place: await journal.head(),
    retries: [{ position: 1, customerId: 'c0', attempts: 2, isReplayed: false }],
    deadLetters: [{ position: 2, customerId: 'c1', attempts: 10, error: 'no', failedAt: 1 }],
  });
  const audited = {
    at: 1_700_000_000_002,
    issuer: null,
    subject: 'ada',
    name: 'Ada 🦄',
    fields: ['kyc'],
    requestId: null,
  } as const;
  await journal.auditLog.write([
    { ...audited, key: '1', type: 'query', operationName: 'One', customerIds: ['c1', 'c5', 'odd 4'], codes: [] },
    { ...audited, key: '2', type: 'mutation', operationName: null, customerIds: ['c5'], codes: null },
  ]);
  await journal.erase('c5', { at: 1_700_000_000_001, by: 'somebody' });
}

/** Everything that can be read of a journal. */
export async function everythingIn(journal: Journal) {
  const entries = await journal.entryRows(0, 10_000);
  const customers = await journal.customers({ statuses: null, changedAfter: 0, before: null, limit: 10_000 });
  const head = await journal.head();
  return {
    head: { ...head, digest: Buffer.from(head.digest) },
    consumers: (await journal.consumers.list()).map(({ place, ...one }) => ({ ...one, position: place.position })),
    retries: await journal.consumers.retries('risk-engine', 0, 9),
    given: await journal.consumers.deadLetters({ consumer: 'risk-engine', before: null, limit: 9 }),
    audited: await journal.auditLog.list({ before: null, limit: 9 }),
    auditedOfOne: await journal.auditLog.list({ customerId: 'c1', before: null, limit: 9 }),
    seed: Buffer.from(journal.seed),
    entries: entries.map((entry) => ({ ...entry, digest: Buffer.from(entry.digest) })),
    customers: customers.map((one) => ({ ...one, latest: { ...one.latest, digest: null }, fingerprints: null })),
    cursors: customers.map(({ latest }) => journal.cursors.encode(latest)),
    statuses: new Map(await journal.statusCounts()),
    deadLetters: (await journal.deadLetters.list({ category: null, before: null, limit: 99 })).map((one) => ({
      ...one,
      hashDigest: one.hashDigest && Buffer.from(one.hashDigest),
    })),
  };
}
