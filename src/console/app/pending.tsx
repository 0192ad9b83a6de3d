/** A decision that needs a second person, on the customer's page. */
import { useCallback } from 'react';
import type { Api } from './api.ts';
import { Confirmation } from './confirmation.tsx';
import { type ConfirmationFragment, PendingDecisionsDocument, type PendingFragment } from './generated/operations.ts';
import { STATUS_NAMES } from './labels.ts';
import { type Polled, usePolled } from './polled.ts';

const EVERY_MS = 4_000;

/**
 * What is pending about a customer. It makes no update, so it is read every few seconds: as a part of what needs attention, which the
 * audit log does not repeat while it stays the same.
 */
export function usePending(api: Api, customerId: string): Polled<PendingFragment | null> {
  const read = useCallback(async () => {
    const { kycAttention } = await api.ask(PendingDecisionsDocument, {});
    return kycAttention.nodes.map((item) => item.pendingDecision).find((one) => one?.customerId === customerId) ?? null;
  }, [api, customerId]);
  return usePolled<PendingFragment | null>(read, EVERY_MS);
}

export function Pending({ of: pending }: { of: PendingFragment }) {
  return (
    <p className="notice" data-kind="doubt">
      Waits for a second person: {STATUS_NAMES[pending.status]} by <Confirmation of={firstHalf(pending)} />
      {pending.own && <b> You decided this: another person has to confirm it, or you withdraw it.</b>}
    </p>
  );
}

/** What the first person decided, as a confirmation by them alone. */
export function firstHalf({ by, reason, evidenceUrl, at }: PendingFragment): ConfirmationFragment {
  return { source: 'STAFF', by, secondBy: null, reason, evidenceUrl, secondReason: null, secondEvidenceUrl: null, at };
}
