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

  test('a FULL_USER after a reversal is in doubt whatever else it says', () => {
    for (const said of [{ endUserMessage: 'again' }, { processingStatus: ' ' }, { missingDocuments: ['SELFIE'] }]) {
      const { updates } = play([...echo.slice(0, 2), { status: FULL_USER, ...said }]);
      expect(updates[2]).toMatchObject({ verified: false, doubtful: true, doubt: 'REVERSAL', repeatsRevision: null });
    }
  });

  test('doubt lasts over any number of revisions and statuses', () => {
    const statuses = [
      FULL_USER,
      null,
      ...Array.from({ length: 50 }, (_, index) => `S${index}`),
      'KYC_PENDING',
      FULL_USER,
    ];
    expect(play(statuses.map((status) => ({ status }))).updates.at(-1)).toMatchObject({
      verified: false,
      doubtful: true,
    });
  });

  test('a late retry without the fields that were carried over still counts as a repetition', () => {
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

describe('a confirmation', () => {
  const api = { ...callback, source: 'API', receivedAt: 2_000 } as const;
  const confirmed = (known: KnownCustomer | null, circumstances: Parameters<typeof decide>[2] = api) => {
    const decision = decide(known, { customerId: 'c', status: FULL_USER }, circumstances);
    if (decision.outcome !== 'applied') throw new Error(`It is ${decision.outcome}.`);
    return { latest: decision.content, fingerprints: decision.fingerprints };
  };
  const afterwards = (
    known: KnownCustomer,
    said: Partial<KycReport>,
    circumstances: Parameters<typeof decide>[2] = callback,
  ) => {
    const decision = decide(known, { customerId: 'c', status: FULL_USER, ...said }, circumstances);
    if (decision.outcome !== 'applied') throw new Error(`It is ${decision.outcome}.`);
    return { latest: decision.content, fingerprints: decision.fingerprints };
  };
  const strict = { ...callback, requireConfirmation: true } as const;

  test('lasts while the customer stays FULL_USER, also with requireConfirmation, and names who gave it', () => {
    const { latest } = afterwards(confirmed(null), { endUserMessage: 'welcome' }, strict);
    expect(latest).toMatchObject({ verified: true, confirmed: false, confirmedBy: { source: 'API', at: 2_000 } });
  });

  test('also when the API only agreed with what was verified already', () => {
    const { known } = play([{ status: FULL_USER }]);
    const agreed = { ...(known as KnownCustomer), confirmedAt: 3_000 };
    const { latest } = afterwards(agreed, { endUserMessage: 'welcome' }, strict);
    expect(latest).toMatchObject({ verified: true, confirmedBy: { source: 'API', at: 3_000 } });
  });

  test('of a person carries who and why', () => {
    const decision = { by: 'ann', reason: 'seen', evidenceUrl: 'https://example.com/1' };
    expect(confirmed(null, { ...api, source: 'STAFF', decision }).latest).toMatchObject({
      source: 'STAFF',
      verified: true,
      confirmedBy: { source: 'STAFF', at: 2_000, ...decision },
    });
  });

  test('ends with a reversal', () => {
    const reversed = afterwards(confirmed(null), { status: 'KYC_PENDING' });
    expect(reversed.latest).not.toHaveProperty('confirmedBy');
    expect(afterwards(reversed, { endUserMessage: 'new' }).latest).toMatchObject({
      verified: false,
      doubt: 'REVERSAL',
    });
  });
});

describe('a denial', () => {
  const api = { ...callback, source: 'API', receivedAt: 2_000 } as const;
  const hard = { customerId: 'c', status: 'HARD_KYC_FAILED' };
  const next = (known: KnownCustomer, report: KycReport, circumstances: Parameters<typeof decide>[2]) => {
    const decision = decide(known, report, circumstances);
    if (decision.outcome !== 'applied') throw new Error(`It is ${decision.outcome}.`);
    return { latest: decision.content, fingerprints: decision.fingerprints };
  };
  const moved = play([{ status: 'CREATED' }, { status: FULL_USER }, { status: FULL_USER, endUserMessage: '1' }]);
  const known = moved.known as KnownCustomer;

  test('counts when the customer has moved on and is FULL_USER: the status stays, verified goes', () => {
    expect(next(known, hard, { ...api, atRevision: 2 }).latest).toMatchObject({
      revision: 4,
      status: FULL_USER,
      endUserMessage: '1',
      source: 'API',
      confirmed: false,
      verified: false,
      doubt: 'DENIAL',
    });
  });

  test('is applied when the customer has not moved on', () => {
    expect(next(known, hard, { ...api, atRevision: 3 }).latest).toMatchObject({
      status: 'HARD_KYC_FAILED',
      confirmed: true,
    });
  });

  test('is superseded when the customer has left FULL_USER, and recorded once', () => {
    const left = next(known, { customerId: 'c', status: 'KYC_PENDING' }, callback);
    expect(decide(left, hard, { ...api, atRevision: 2 })).toEqual({ outcome: 'superseded', revision: 4 });
    const denied = next(known, hard, { ...api, atRevision: 2 });
    const again = decide(denied, hard, { ...api, atRevision: 3 });
    expect(again).toEqual({ outcome: 'superseded', revision: 4, denied: true });
  });

  test('keeps every later FULL_USER from being verified, and ends a confirmation, until somebody confirms', () => {
    const waiting = next(known, { customerId: 'c', status: 'CREATED' }, callback);
    const back = next(waiting, { customerId: 'c', status: FULL_USER }, callback);
    const confirmed = next(back, { customerId: 'c', status: FULL_USER }, { ...api, source: 'STAFF', atRevision: 5 });
    expect(confirmed.latest.verified).toBe(true);
    let denied = next(confirmed, hard, { ...api, atRevision: 2 });
    for (let count = 0; count < 40; count++) {
      denied = next(denied, { customerId: 'c', status: FULL_USER, endUserMessage: `again ${count}` }, callback);
      expect(denied.latest).toMatchObject({ verified: false, doubt: 'DENIAL' });
    }
    const { latest } = next(
      denied,
      { customerId: 'c', status: FULL_USER },
      { ...api, atRevision: denied.latest.revision },
    );
    expect(latest).toMatchObject({ verified: true, confirmed: true });
    expect(latest).not.toHaveProperty('doubt');
  });
});

describe('possibly late', () => {
  const HOUR = 3_600_000;
  const order = [null, 'CREATED', 'KYC_NEEDED', 'PENDING_KYC_DATA', 'KYC_PENDING', FULL_USER] as const;
  const isLate = (before: string | null, status: string | null, how: Partial<Parameters<typeof decide>[2]> = {}) => {
    const { known } = play([{ status: before }]);
    const decision = decide(known, { customerId: 'c', status }, { ...callback, receivedAt: 1_000 + HOUR, ...how });
    return decision.outcome === 'applied' && decision.content.possiblyLate === true;
  };

  test.each(order.flatMap((before, from) => order.map((after, to) => [before, after, to < from] as const)))(
    'from %s to %s: %s',
    (before, after, late) => {
      expect(isLate(before, after)).toBe(late);
    },
  );

  test.each([
    [FULL_USER, 'SOFT_KYC_FAILED', true],
    ['HARD_KYC_FAILED', 'KYC_PENDING', true],
    [FULL_USER, 'HARD_KYC_FAILED', false],
    ['HARD_KYC_FAILED', FULL_USER, false],
    ['HARD_KYC_FAILED', 'SOFT_KYC_FAILED', false],
    ['KYC_PENDING', 'SOFT_KYC_FAILED', false],
    ['SOFT_KYC_FAILED', 'KYC_NEEDED', false],
    ['SOFT_KYC_FAILED', null, false],
    ['NEW_STATUS', 'CREATED', false],
    [FULL_USER, 'NEW_STATUS', false],
    [FULL_USER, 'full_user', false],
    [FULL_USER, 'toString', false],
  ] as const)('from %s to %s: %s', (before, after, late) => {
    expect(isLate(before, after)).toBe(late);
  });

  test('a replay can be, the API and people never are, and neither is what comes more than a day later', () => {
    expect(isLate(FULL_USER, 'KYC_PENDING', { source: 'REPLAY' })).toBe(true);
    expect(isLate(FULL_USER, 'KYC_PENDING', { source: 'API' })).toBe(false);
    expect(isLate(FULL_USER, 'KYC_PENDING', { source: 'STAFF' })).toBe(false);
    expect(isLate(FULL_USER, 'KYC_PENDING', { receivedAt: 1_000 + 24 * HOUR })).toBe(true);
    expect(isLate(FULL_USER, 'KYC_PENDING', { receivedAt: 1_001 + 24 * HOUR })).toBe(false);
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

  test('after a reversal no callback is verified until somebody confirms', () => {
    const sources = fc.constantFrom('CALLBACK' as const, 'REPLAY' as const, 'API' as const, 'STAFF' as const);
    fc.assert(
      fc.property(fc.array(fc.tuple(reports, sources), { maxLength: 12 }), (parts) => {
        let known: KnownCustomer | null = null;
        let waits = false;
        for (const [said, source] of parts) {
          for (const report of said.slice(0, 3)) {
            const decision = decide(known, { customerId: 'c', ...report }, { ...callback, source });
            if (decision.outcome !== 'applied') continue;
            const { content, fingerprints }: typeof decision = decision;
            const isFull = content.status === FULL_USER;
            if (isFull && (source === 'API' || source === 'STAFF')) waits = false;
            if (!isFull && content.previousStatus === FULL_USER) waits = true;
            expect(content.verified).toBe(isFull && !waits);
            known = { latest: content, fingerprints };
          }
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
