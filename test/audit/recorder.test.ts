/** What becomes of entries when the journal can't be written: a decision is refused, what was read is written later, and nothing is lost. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type AuditedOperation, AuditRecorder } from '../../src/audit/recorder.ts';
import { keepAuditLogFor } from '../../src/audit/retention.ts';
import { KycError } from '../../src/errors.ts';
import type { AuditLog } from '../../src/journal/audit-log.ts';
import type { Journal } from '../../src/journal/journal.ts';
import { openJournal } from '../../src/journal/open.ts';
import { submission } from '../journal/contract.ts';
import { eventually } from '../support/eventually.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

let folder: ReturnType<typeof temporaryFolder>;
let journal: Journal;
let fault: Error | null;
/** The real log, whose writes fail while there is a fault. */
let store: AuditLog;
const logged: string[] = [];
const log = { error: (_fields: object, message: string) => void logged.push(message) };
beforeEach(async () => {
  folder = temporaryFolder();
  journal = await openJournal(`sqlite:${folder.path}/kyc.db`);
  fault = null;
  logged.length = 0;
  store = {
    ...journal.auditLog,
    write(entries) {
      if (fault !== null) throw fault;
      return journal.auditLog.write(entries);
    },
  };
});
afterEach(async () => {
  await journal.close();
  folder[Symbol.dispose]();
});

const FULL = new KycError('JOURNAL_UNAVAILABLE', 'The disk is full.');
const operation = (operationName: string, type: AuditedOperation['type'] = 'query'): AuditedOperation => ({
  issuer: null,
  subject: 'ada',
  name: 'Ada',
  type,
  operationName,
  fields: ['kyc'],
  requestId: null,
  customerIds: [],
});
const entries = async () =>
  (await journal.auditLog.list({ before: null, limit: 5_000 })).map(({ operationName, codes }) => [
    operationName,
    codes,
  ]);

test('the entry of a decision is durable before the decision is made, and says when its end is unknown', async () => {
  const recorder = new AuditRecorder(store, log);
  const end = await recorder.begin(operation('Decide', 'mutation'));
  expect(await entries()).toEqual([['Decide', null]]);
  end(['REVISION_OUTDATED'], []);
  await recorder.close();
  expect(await entries()).toEqual([['Decide', ['REVISION_OUTDATED']]]);
});

test('a full disk: decisions are refused, entries of reads wait and are written once there is space', async () => {
  const recorder = new AuditRecorder(store, log, { gatherMs: 10, retryMs: 20 });
  fault = FULL;
  const read = await recorder.begin(operation('Read'));
  read([], []);
  await expect(recorder.begin(operation('Decide', 'mutation'))).rejects.toMatchObject({ code: 'JOURNAL_UNAVAILABLE' });
  expect(await entries()).toEqual([]);
  expect(logged).toEqual(['The audit log cannot be written; its entries wait']);
  fault = null;
  await eventually(async () => (await entries()).length === 1);
  const end = await recorder.begin(operation('Decide again', 'mutation'));
  end([], []);
  await recorder.close();
  expect(await entries()).toEqual([
    ['Decide again', []],
    ['Read', []],
  ]);
});

test('when no more entries can wait, reads are refused as well; operations in progress keep their place', async () => {
  const recorder = new AuditRecorder(store, log, { capacity: 3, gatherMs: 10, retryMs: 20 });
  fault = FULL;
  const ends = [];
  for (const name of ['1', '2', '3']) ends.push(await recorder.begin(operation(name)));
  await expect(recorder.begin(operation('4'))).rejects.toMatchObject({ code: 'JOURNAL_UNAVAILABLE' });
  for (const end of ends) end([], []);
  await expect(recorder.begin(operation('5'))).rejects.toMatchObject({ code: 'JOURNAL_UNAVAILABLE' });
  fault = null;
  await eventually(async () => (await entries()).length === 3);
  (await recorder.begin(operation('6')))([], []);
  await recorder.close();
  expect((await entries()).map(([name]) => name)).toEqual(['6', '3', '2', '1']);
});

test('more operations than may wait, faster than they are gathered, are all recorded', async () => {
  const recorder = new AuditRecorder(store, log, { capacity: 300, gatherMs: 60_000 });
  for (let n = 0; n < 700; n++) (await recorder.begin(operation(String(n))))([], []);
  await recorder.close();
  expect(await entries()).toHaveLength(700);
});

test('a write whose outcome is unknown is repeated without a second entry', async () => {
  let isFirst = true;
  const unsure: AuditLog = {
    ...journal.auditLog,
    async write(batch) {
      await journal.auditLog.write(batch);
      if (isFirst) {
        isFirst = false;
        throw FULL;
      }
    },
  };
  const recorder = new AuditRecorder(unsure, log, { gatherMs: 1, retryMs: 5 });
  (await recorder.begin(operation('Once')))([], []);
  await eventually(() => !isFirst);
  await recorder.close();
  expect(await entries()).toEqual([['Once', []]]);
});

test('an entry that the journal refuses does not keep the others out, and the log says that it is lost', async () => {
  const recorder = new AuditRecorder(store, log, { gatherMs: 1 });
  (await recorder.begin({ ...operation('Bad'), type: null as never }))([], []);
  (await recorder.begin(operation('Good')))([], []);
  await recorder.close();
  expect(await entries()).toEqual([['Good', []]]);
  expect(logged.at(-1)).toContain('is lost');
});

test('fifty concurrent reads and decisions are all there, each once', async () => {
  const recorder = new AuditRecorder(store, log, { gatherMs: 1 });
  await Promise.all(
    Array.from({ length: 50 }, async (_, n) => {
      const end = await recorder.begin(operation(String(n), n % 5 === 0 ? 'mutation' : 'query'));
      end([], []);
    }),
  );
  await recorder.close();
  const found = await entries();
  expect(found.map(([name]) => Number(name)).sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, n) => n));
  expect(found.every(([, codes]) => Array.isArray(codes))).toBe(true);
  await expect(recorder.begin(operation('late'))).rejects.toMatchObject({ code: 'JOURNAL_UNAVAILABLE' });
});

test('what a page polls is one entry while its answer stays the same; other reads are one each', async () => {
  const recorder = new AuditRecorder(store, log, { gatherMs: 1 });
  const reads = async (field: string, customerIds: string[]) =>
    (await recorder.begin({ ...operation(field), fields: [field] }))([], customerIds);
  for (let n = 0; n < 3; n++) {
    await reads('kycAttention', ['a', 'b']);
    await reads('kycAttention', ['b', 'a']);
    await reads('kyc', ['a']);
  }
  await reads('kycAttention', ['a']);
  await recorder.close();
  const found = (await entries()).map(([name]) => name);
  expect(found.filter((name) => name === 'kycAttention')).toHaveLength(2);
  expect(found.filter((name) => name === 'kyc')).toHaveLength(3);
});

test('entries are deleted when their retention ends', async () => {
  const DAY = 86_400_000;
  const at = (days: number) => Date.now() - days * DAY;
  await store.write(
    Array.from({ length: 450 }, (_, n) => ({
      ...operation(n < 420 ? 'old' : 'new'),
      key: String(n),
      at: at(n < 420 ? 31 : 29),
      codes: [],
    })),
  );
  using _keeper = keepAuditLogFor(30, store, log);
  await eventually(async () => (await entries()).every(([name]) => name === 'new'));
  expect(await entries()).toHaveLength(30);
  using _forever = keepAuditLogFor(0, store, log);
});

test('a mutation that changed more customers than one entry takes has further entries, which name the rest', async () => {
  const customers = Array.from({ length: 2_500 }, (_, index) => `c${index}`);
  await journal.append(customers.map((customerId) => submission(customerId, 'CREATED')));
  const recorder = new AuditRecorder(store, log);
  const end = await recorder.begin({ ...operation('Replay', 'mutation'), customerIds: ['c7'], requestId: 'r-1' });
  end([], customers);
  await recorder.close();
  const written = await journal.auditLog.list({ before: null, limit: 9 });
  expect(written.map(({ customerIds }) => customerIds.length).sort()).toEqual([1_000, 1_000, 500]);
  expect(new Set(written.flatMap(({ customerIds }) => customerIds))).toEqual(new Set(customers));
  expect(new Set(written.map(({ at, codes, requestId }) => JSON.stringify([at, codes, requestId]))).size).toBe(1);
  expect(logged).toEqual([]);
});
