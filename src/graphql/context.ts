/** What every resolver is given. */
import type { Logger } from 'pino';
import type { Viewer } from '../access/viewer.ts';
import type { KycActions } from '../admin/actions.ts';
import type { Feed } from '../feed/feed.ts';
import type { Journal } from '../journal/journal.ts';

/** The context of one operation. */
export interface OperationContext {
  readonly journal: Journal;
  readonly feed: Feed;
  readonly actions: KycActions;
  /** Who asks; null without a token. */
  readonly viewer: Viewer | null;
  readonly log: Logger;
  /** Whether a page of another site sent the request: then it may not change anything (see access/origin.ts). */
  readonly isForeignOrigin?: boolean;
  /** Whether what it came over is counted among its subject's connections: if not, each of its streams is. */
  readonly holdsConnection?: boolean;
  /** The HTTP request's ID (`X-Request-Id`): what the log names it by. */
  readonly requestId?: string | undefined;
  /** The customers whose data the operation has opened, for the audit log. Undefined: a service or a customer asks. */
  readonly opened?: Set<string> | undefined;
  /** Where a stream continues when its client resumes on its own. Takes precedence over `after`. */
  readonly resumeAfter?: string | undefined;
}
