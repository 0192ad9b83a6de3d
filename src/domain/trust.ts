/**
 * Trust: which `FULL_USER` is verified. A callback's hash does not cover its status, so callbacks alone can't settle it.
 *
 * A doubt is raised by a reversal (the customer left `FULL_USER`), by a denial (XGateway's API contradicts `FULL_USER`), or by an
 * import that nobody vouches for. It is part of each update and carried to the next, through any number of revisions and statuses,
 * until XGateway's API or a person says `FULL_USER`. That confirmation is carried as well, while the customer stays `FULL_USER` without a break.
 */
import { FULL_USER, isStepBack, type KycSource } from './kyc.ts';
import type { Circumstances, KnownCustomer, UpdateContent } from './update.ts';

/** What raised a doubt. */
export type Doubt = 'REVERSAL' | 'DENIAL' | 'IMPORT';

/** Who decided about a customer, and on what grounds. */
export interface StaffDecision {
  /** The token's subject. */
  readonly by: string;
  /** The second person, where two are required. */
  readonly secondBy?: string;
  readonly reason?: string;
  /** An http or https URL. */
  readonly evidenceUrl?: string;
  /** What the second person gave. */
  readonly secondReason?: string;
  readonly secondEvidenceUrl?: string;
}

/** Who confirmed what an update says. `by` is there for `STAFF` and `IMPORT`, what follows it only for `STAFF`. */
export interface Confirmation extends Partial<StaffDecision> {
  readonly source: 'API' | 'STAFF' | 'IMPORT';
  /** Milliseconds since 1970. */
  readonly at: number;
}

type Trust = Pick<UpdateContent, 'confirmed' | 'doubtful' | 'verified' | 'doubt' | 'confirmedBy'>;

/** Whether a source is authoritative, so that what it says is confirmed. */
export function isAuthoritative(source: KycSource): source is 'API' | 'STAFF' {
  return source === 'API' || source === 'STAFF';
}

/** The trust in an update that a report with `status` makes. */
export function trustOfReport(known: KnownCustomer | null, status: string | null, circumstances: Circumstances): Trust {
  const { source, receivedAt, requireConfirmation, decision } = circumstances;
  const isFull = status === FULL_USER;
  const doubt = doubtAfter(known?.latest, status) ?? doubtOfImport(known?.latest, status, circumstances);
  if (isAuthoritative(source)) {
    const confirmedBy: Confirmation = { source, ...decision, at: receivedAt };
    const raised = isFull ? undefined : doubt;
    return { confirmed: true, doubtful: false, verified: isFull, ...(raised && { doubt: raised }), confirmedBy };
  }
  if (source === 'IMPORT' && isFull && doubt === undefined && decision !== undefined) {
    const confirmedBy: Confirmation = { source, ...decision, at: receivedAt };
    return { confirmed: true, doubtful: false, verified: true, confirmedBy };
  }
  const standing = isFull ? standingConfirmation(known) : null;
  return {
    confirmed: false,
    doubtful: isFull && doubt !== undefined,
    verified: isFull && doubt === undefined && (standing !== null || !requireConfirmation),
    ...(doubt && { doubt }),
    ...(standing && { confirmedBy: standing }),
  };
}

/** The trust in an update that records a denial. */
export function trustOfDenied(): Trust {
  return { confirmed: false, doubtful: true, verified: false, doubt: 'DENIAL' };
}

/** A reversal raises a doubt, and ends a denial: the approval that was denied is gone. */
function doubtAfter(latest: UpdateContent | undefined, status: string | null): Doubt | undefined {
  if (latest?.status === FULL_USER && status !== FULL_USER) return 'REVERSAL';
  return latest?.doubt;
}

/** A `FULL_USER` from another system is in doubt unless somebody vouches for it, or it was known already. */
function doubtOfImport(
  latest: UpdateContent | undefined,
  status: string | null,
  { source, decision }: Pick<Circumstances, 'source' | 'decision'>,
): Doubt | undefined {
  const isNew = source === 'IMPORT' && status === FULL_USER && latest?.status !== FULL_USER;
  return isNew && decision === undefined ? 'IMPORT' : undefined;
}

/** The confirmation that carries over to a further `FULL_USER`; null: none. */
function standingConfirmation(known: KnownCustomer | null): Confirmation | null {
  if (known === null || known.latest.status !== FULL_USER || known.latest.doubt !== undefined) return null;
  return latestConfirmation(known.latest, known.confirmedAt ?? null);
}

/** Who confirmed an update, or the `FULL_USER` that it continues; null: nobody. Also reads what release 0.1 wrote. */
export function confirmationOf(update: UpdateContent): Confirmation | null {
  const { confirmedBy, confirmed, source, receivedAt, extra } = update;
  if (confirmedBy !== undefined) return confirmedBy;
  if (!confirmed || !isAuthoritative(source)) return null;
  const by = extra?.['confirmedBy'];
  return { source, ...(source === 'STAFF' && typeof by === 'string' && { by }), at: receivedAt };
}

/** The latest confirmation of an update: its own, or that XGateway's API said the same at `confirmedAt` (null: never). */
export function latestConfirmation(update: UpdateContent, confirmedAt: number | null): Confirmation | null {
  const own = confirmationOf(update);
  if (confirmedAt === null || (own !== null && own.at >= confirmedAt)) return own;
  return { source: 'API', at: confirmedAt };
}

/**
 * Doubt and confirmation after some updates, oldest first, that release 0.1 wrote without them. `confirmedAt`: when XGateway's API
 * last said the same as the last of them; null: it has not.
 */
export function trustOfHistory(
  updates: readonly UpdateContent[],
  confirmedAt: number | null,
): Pick<Trust, 'doubt' | 'confirmedBy'> {
  let doubt: Doubt | undefined;
  let confirmedBy: Confirmation | null = null;
  for (const update of updates) {
    const isFull = update.status === FULL_USER;
    const own = confirmationOf(update);
    if (update.doubt !== undefined || update.doubtful) doubt = update.doubt ?? 'REVERSAL';
    else if (isFull && own !== null) doubt = undefined;
    else if (!isFull && update.previousStatus === FULL_USER) doubt = 'REVERSAL';
    confirmedBy = own ?? (isFull ? confirmedBy : null);
  }
  if (confirmedAt !== null && updates.at(-1)?.status === FULL_USER) doubt = undefined;
  return { ...(doubt && { doubt }), ...(confirmedBy && { confirmedBy }) };
}

const DAY_MS = 86_400_000;

/**
 * Whether a callback was probably delayed: within a day of the update before, it takes the customer back to an earlier stage
 * (see `isStepBack`). XGateway retries what failed, so a status can arrive for the first time after its successor. This only
 * informs; it never changes what is verified. XGateway's API and people are never late.
 */
export function isPossiblyLate(
  before: Pick<UpdateContent, 'status' | 'receivedAt'>,
  status: string | null,
  { source, receivedAt }: Pick<Circumstances, 'source' | 'receivedAt'>,
): boolean {
  return (
    !isAuthoritative(source) &&
    source !== 'IMPORT' &&
    Math.abs(receivedAt - before.receivedAt) <= DAY_MS &&
    isStepBack(before.status, status)
  );
}
