import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FULL_USER } from '../../src/domain/kyc.ts';
import { decide, type KnownCustomer, type KycReport, type UpdateContent } from '../../src/domain/update.ts';

const callback = { source: 'CALLBACK', receivedAt: 1_000, requireConfirmation: false } as const;

/** Applies reports in order and returns every update that they made. */
function play(reports: readonly Partial<KycReport>[], circumstances: Parameters<typeof decide>[2] = callback) {
  let known: KnownCustomer | null = null;
  const updates: UpdateContent[] = [];
  for (const said of reports) {
    const decision = decide(known, { customerId: 'c', status: null, ...said }, circumstances);
    if (decision.outcome !== 'applied') continue;
    updates.push(decision.content);
    known = { latest: decision.content, fingerprints: decision.fingerprints };
  }
  return { updates, known: known as KnownCustomer | null };
}

describe('what counts as news', () => {
  test('the first report is an update, its repetition is not', () => {
    expect(play([{ status: 'CREATED' }, { status: 'CREATED' }]).updates).toHaveLength(1);
  });

  test('documents and labels compare as sets', () => {
    const { updates } = play([
      { status: 'SOFT_KYC_FAILED', missingDocuments: ['SELFIE', 'PASSPORT'], rejectLabels: ['A', 'B'] },
      { status: 'SOFT_KYC_FAILED', missingDocuments: ['PASSPORT', 'SELFIE'], rejectLabels: ['B', 'A'] },
    ]);
    expect(updates).toHaveLength(1);
  });

  test('an unsaid field is carried over while the status stays, and cleared when it changes', () => {
    const { updates } = play([
      { status: 'KYC_PENDING', processingStatus: 'VERIFICATION_IN_PROGRESS', endUserMessage: 'wait' },
      { status: 'KYC_PENDING', missingDocuments: ['SELFIE'] },
      { status: 'SOFT_KYC_FAILED' },
    ]);
    expect(updates[1]).toMatchObject({ processingStatus: 'VERIFICATION_IN_PROGRESS', endUserMessage: 'wait' });
    expect(updates[2]).toMatchObject({ processingStatus: null, endUserMessage: null, missingDocuments: [] });
  });

  test('unknown fields are stored and never compared', () => {
    const { updates } = play([
      { status: 'CREATED', extra: { level: 1 } },
      { status: 'CREATED', extra: { level: 2 } },
    ]);
    expect(updates).toHaveLength(1);
    expect(updates[0]?.extra).toEqual({ level: 1 });
  });
});

describe('doubt', () => {
  const echo = [{ status: FULL_USER }, { status: 'SOFT_KYC_FAILED' }, { status: FULL_USER }];

  test('a FULL_USER that comes back and repeats an earlier revision is not verified', () => {
    expect(play(echo).updates.map(({ verified, repeatsRevision }) => [verified, repeatsRevision])).toEqual([
      [true, null],
      [false, null],
      [false, 1],
    ]);
  });

  test('doubt stays while the customer stays FULL_USER, whatever else is said', () => {
    expect(play([...echo, { status: FULL_USER, endUserMessage: 'welcome' }]).updates[3]?.verified).toBe(false);
  });

  test('a FULL_USER that says something never said before is verified', () => {
    expect(play([...echo.slice(0, 2), { status: FULL_USER, endUserMessage: 'again' }]).updates[2]?.verified).toBe(true);
  });

  test('a late retry that leaves unsaid what was carried over then is an echo all the same', () => {
    const { updates } = play([
      { status: FULL_USER, endUserMessage: 'welcome' },
      { status: FULL_USER, processingStatus: 'X' },
      { status: 'SOFT_KYC_FAILED' },
      { status: FULL_USER, processingStatus: 'X' },
    ]);
    expect(updates[3]).toMatchObject({ verified: false, doubtful: true, repeatsRevision: null });
  });

  test("the API's agreement lifts it with a new revision, once", () => {
    const { known } = play(echo);
    const report = { customerId: 'c', status: FULL_USER };
    const decision = decide(known, report, { ...callback, source: 'API' });
    expect(decision).toMatchObject({ outcome: 'applied', content: { revision: 4, verified: true, confirmed: true } });
    if (decision.outcome !== 'applied') return;
    const after = { latest: decision.content, fingerprints: decision.fingerprints };
    expect(decide(after, report, { ...callback, source: 'API' })).toEqual({
      outcome: 'unchanged',
      revision: 4,
      confirms: true,
    });
  });

  test('agreement about anything that is verified, or is no FULL_USER, is no revision', () => {
    for (const status of [FULL_USER, 'KYC_PENDING', null]) {
      const { known } = play([{ status }]);
      const decision = decide(known, { customerId: 'c', status }, { ...callback, source: 'API' });
      expect(decision).toEqual({ outcome: 'unchanged', revision: 1, confirms: true });
    }
  });

  test('disagreement is an update of its own, which keeps what the API never says while the status stays', () => {
    const { known } = play([{ status: 'SOFT_KYC_FAILED', rejectLabels: ['BAD_SELFIE'], processingStatus: 'X' }]);
    const api = { ...callback, source: 'API' } as const;
    const documents = { customerId: 'c', status: 'SOFT_KYC_FAILED', missingDocuments: ['SELFIE'] };
    expect(decide(known, documents, api)).toMatchObject({
      content: { rejectLabels: ['BAD_SELFIE'], processingStatus: 'X', missingDocuments: ['SELFIE'], confirmed: true },
    });
    expect(decide(known, { customerId: 'c', status: 'HARD_KYC_FAILED' }, api)).toMatchObject({
      content: { rejectLabels: [], processingStatus: null, source: 'API', confirmed: true, verified: false },
    });
  });

  test('with requireConfirmation no callback is verified', () => {
    const { updates } = play([{ status: FULL_USER }], { ...callback, requireConfirmation: true });
    expect(updates[0]).toMatchObject({ verified: false, doubtful: false });
  });
});

describe('what comes too late', () => {
  const { known } = play([{ status: 'CREATED' }, { status: 'KYC_PENDING' }]);
  const report = { customerId: 'c', status: FULL_USER };

  test('an answer counts only at the revision that it was asked for', () => {
    const answer = { ...callback, source: 'API' } as const;
    expect(decide(known, report, { ...answer, atRevision: 1 })).toEqual({ outcome: 'superseded', revision: 2 });
    expect(decide(known, report, { ...answer, atRevision: 2 })).toMatchObject({ outcome: 'applied' });
    expect(decide(null, report, { ...answer, atRevision: 1 })).toEqual({ outcome: 'superseded', revision: 0 });
    expect(decide(null, report, { ...answer, atRevision: 0 })).toMatchObject({ outcome: 'applied' });
  });

  test('a replayed callback counts only if nothing was received after it', () => {
    const replay = { ...callback, source: 'REPLAY', recordedAt: 5_000 } as const;
    expect(decide(known, report, { ...replay, receivedAt: 999 })).toEqual({ outcome: 'superseded', revision: 2 });
    const repetition = { customerId: 'c', status: 'KYC_PENDING' };
    expect(decide(known, repetition, { ...replay, receivedAt: 999 })).toMatchObject({
      outcome: 'unchanged',
      revision: 2,
    });
    expect(decide(known, report, { ...replay, receivedAt: 1_000 })).toMatchObject({
      content: { source: 'REPLAY', receivedAt: 1_000, recordedAt: 5_000 },
    });
  });
});

const words = fc.uniqueArray(fc.constantFrom('A', 'B', 'C'), { maxLength: 3 });
const reports = fc.array(
  fc.record(
    {
      status: fc.constantFrom(null, 'CREATED', 'SOFT_KYC_FAILED', FULL_USER, 'NEW_WORD'),
      processingStatus: fc.constantFrom(null, 'VERIFICATION_IN_PROGRESS'),
      missingDocuments: words,
      rejectLabels: words,
      endUserMessage: fc.constantFrom(null, 'x'),
    },
    { requiredKeys: ['status'] },
  ),
  { maxLength: 60 },
);

describe('for any history', () => {
  test('revisions have no gap, and each update names the status before it', () => {
    fc.assert(
      fc.property(reports, (said) => {
        const { updates } = play(said);
        updates.forEach((update, index) => {
          expect(update.revision).toBe(index + 1);
          expect(update.previousStatus).toBe(updates[index - 1]?.status);
        });
      }),
    );
  });

  test('a repetition names the latest of the last 32 revisions that said the same', () => {
    const said = (update: UpdateContent) =>
      JSON.stringify([
        update.status,
        update.processingStatus,
        update.missingDocuments.toSorted(),
        update.rejectLabels.toSorted(),
        update.endUserMessage,
      ]);
    fc.assert(
      fc.property(reports, (history) => {
        const { updates } = play(history);
        updates.forEach((update, index) => {
          const before = updates.slice(Math.max(0, index - 32), index);
          expect(update.repeatsRevision).toBe(before.findLast((one) => said(one) === said(update))?.revision ?? null);
        });
      }),
    );
  });

  test('nothing but an undoubted FULL_USER is ever verified', () => {
    fc.assert(
      fc.property(reports, (said) => {
        for (const update of play(said).updates) {
          expect(update.verified).toBe(update.status === FULL_USER && !update.doubtful);
        }
      }),
    );
  });

  test('saying the last report again is never news', () => {
    fc.assert(
      fc.property(
        reports.filter(({ length }) => length > 0),
        (said) => {
          const once = play(said).updates.length;
          expect(play([...said, said.at(-1) ?? {}]).updates).toHaveLength(once);
        },
      ),
    );
  });

  test('a callback that was sent before a reversal never makes a verified FULL_USER after it', () => {
    fc.assert(
      fc.property(reports, fc.nat(), (said, choice) => {
        const before = said.filter(({ status }) => status === FULL_USER);
        const late = before[choice % Math.max(1, before.length)];
        if (late === undefined || said.length > 30) return;
        const { updates } = play([...said, { status: 'SOFT_KYC_FAILED', endUserMessage: 'reversed' }, late]);
        expect(updates.at(-1)).toMatchObject({ status: FULL_USER, verified: false });
      }),
    );
  });
});
