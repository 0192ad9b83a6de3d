/**
 * Apollo Router's HTTP callback protocol: a subscription whose updates are posted to Router. The streams, limits and ends are those of
 * every other transport.
 */
import type { ServerResponse } from 'node:http';
import type { ExecutionResult } from 'graphql';
import type { Logger } from 'pino';
import { isOriginAllowed } from '../../access/origin.ts';
import { budgetKey, requireViewer, type Viewer } from '../../access/viewer.ts';
import { KycError } from '../../errors.ts';
import type { OperationContext } from '../../graphql/context.ts';
import { checkNotExpired, foreignOrigin } from '../../graphql/gate.ts';
import { type AllowedUrls, allowedUrl } from '../../http/allowed-urls.ts';
import { CheckedPoster } from '../../http/checked-post.ts';
import { HttpError } from '../../http/error-response.ts';
import type { NodeRequest } from '../../http/node-handler.ts';
import { requestIdOf } from '../../http/request-id.ts';
import { closeAll, restarting } from '../closing.ts';
import { type LiveTransportOptions, takeConnection, transportMetrics } from '../options.ts';
import { sendJson } from '../streams/answer.ts';
import { RouterChannel } from './channel.ts';
import { PROTOCOL, PROTOCOL_HEADER } from './messages.ts';
import type { Registration } from './registration.ts';
import { Subscriptions } from './subscriptions.ts';
import { RouterUpdates } from './updates.ts';

/** The subscriptions of Apollo Routers. */
export interface RouterCallbackTransport {
  /** Registers a subscription, and answers once Router has confirmed it. Rejects with a `KycError` before anything is sent. */
  serve(
    registration: Registration,
    viewer: Viewer | null,
    request: NodeRequest,
    response: ServerResponse,
  ): Promise<void>;
  /** Ends every subscription with an error so that its client subscribes again, spread over up to 3 seconds. */
  stop(): Promise<void>;
}

/** Makes the transport for the callback URLs of an allow-list. */
export function routerCallbackTransport(options: LiveTransportOptions, allowed: AllowedUrls): RouterCallbackTransport {
  const { liveness, log } = options;
  const metrics = transportMetrics(options.metrics, 'callback');
  const channels = new Set<RouterChannel>();
  const subscriptions = new Subscriptions();
  const poster = new CheckedPoster(allowed);
  liveness.watch(channels, { stallMs: options.stallMs, onStalled: () => metrics.stalled.inc() });
  let isStopping = false;

  const checkMayServe = (viewer: Viewer): void => {
    if (isStopping) throw restarting();
    checkNotExpired(viewer);
  };
  const openChannel = (registration: Registration, url: URL, viewer: Viewer): RouterChannel => {
    const release = takeConnection(viewer, 'callback', options);
    const channel = new RouterChannel({ ...registration, url, expiresAt: viewer.expiresAt, poster, liveness, log });
    channels.add(channel);
    void channel.closed.then(() => {
      channels.delete(channel);
      release();
    });
    return channel;
  };
  /** Executes the operation, and has Router confirm it. Resolves with its updates, or with the result of one that is refused. */
  const open = async (
    { operation }: Registration,
    context: OperationContext,
    channel: RouterChannel,
  ): Promise<RouterUpdates | ExecutionResult> => {
    const viewer = requireViewer(context.viewer);
    const result = await options.gate.run(operation, context, ({ operation: { operation: type } }) => {
      checkMayServe(viewer);
      if (type !== 'subscription') throw onlySubscriptions();
    });
    if (!('cursor' in result)) return result;
    const updates = new RouterUpdates(result, channel, metrics);
    channel.onEnd(() => void updates.return());
    await channel.check();
    checkMayServe(viewer);
    return updates;
  };

  return {
    async serve(registration, given, request, response) {
      const viewer = requireViewer(given);
      checkMayServe(viewer);
      if (!isOriginAllowed(request.headers, options.origins)) throw foreignOrigin();
      const url = allowedUrl(registration.callbackUrl, allowed);
      if (url === null) throw notAllowed();
      const key = JSON.stringify([budgetKey(viewer), registration.subscriptionId, url.href]);
      const resumeAfter = await subscriptions.takeOver(key);
      const context = { ...options.contextFor(viewer), resumeAfter, requestId: requestIdOf(request, response) };
      const channel = openChannel(registration, url, viewer);
      let updates: RouterUpdates | null = null;
      const { cursors } = context.journal;
      subscriptions.add(key, channel, () => (updates?.delivered ? cursors.encode(updates.delivered) : null));
      try {
        const opened = await open(registration, context, channel);
        if (!(opened instanceof RouterUpdates)) {
          channel.abandon();
          subscriptions.forget(key);
          return sendJson(response, opened, context);
        }
        updates = opened;
        // Router has the answer before the first update.
        response.once('close', () => void follow(opened, channel, log));
        confirm(response);
      } catch (error) {
        channel.abandon();
        throw error;
      }
    },
    async stop() {
      isStopping = true;
      await closeAll(
        channels,
        (channel) => channel.end(restarting()),
        (channel) => channel.terminate(),
      );
      liveness.unwatch(channels);
      poster.close();
    },
  };
}

/** Delivers updates until the channel ends. Whatever else ends them is said to Router. */
async function follow(updates: RouterUpdates, channel: RouterChannel, log: Logger): Promise<void> {
  if (!channel.isOpen()) return;
  channel.startHeartbeats();
  try {
    await updates.next();
    channel.end(restarting());
  } catch (error) {
    if (error instanceof KycError) return channel.end(error);
    log.error({ err: error }, 'a subscription of Apollo Router failed; it ends');
    channel.end(new KycError('INTERNAL_SERVER_ERROR', 'Internal error; see the server log. Subscribe again.'));
  }
}

/** Router's subscription is open. */
function confirm(response: ServerResponse): void {
  response.writeHead(200, {
    'Content-Type': 'application/json; charset=utf-8',
    'Cache-Control': 'no-store',
    [PROTOCOL_HEADER]: PROTOCOL,
  });
  response.end('{"data":null}');
}

function notAllowed(): HttpError {
  const message =
    'The callback URL is not allowed. Add its beginning to subscriptionCallbackUrls (SUBSCRIPTION_CALLBACK_URLS).';
  return new HttpError('FORBIDDEN', message);
}

function onlySubscriptions(): HttpError {
  return new HttpError(
    'BAD_REQUEST',
    '"extensions.subscription" is for subscriptions. Send queries and mutations without it.',
  );
}
