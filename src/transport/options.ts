/** What the transports of live queries need from the gateway. */
import type { Logger } from 'pino';
import type { Limits } from '../access/limits.ts';
import type { OriginPolicy } from '../access/origin.ts';
import type { FindViewer, Viewer } from '../access/viewer.ts';
import type { OperationContext } from '../graphql/context.ts';
import type { Gate } from '../graphql/gate.ts';
import type { AddressedRequest } from '../http/client-address.ts';
import type { Metrics, TransportName } from '../telemetry/metrics.ts';
import { type Connections, tooManyConnections } from './connections.ts';
import type { Liveness } from './liveness.ts';

/** What a transport of live queries needs. */
export interface LiveTransportOptions {
  readonly authenticate: FindViewer;
  /** The address that a request or an upgrade came from. */
  readonly addressOf: (request: AddressedRequest) => string;
  readonly contextFor: (viewer: Viewer) => OperationContext;
  readonly gate: Gate;
  /** Whose pages may use cookies, or an authentication of the owner's. */
  readonly origins: OriginPolicy;
  readonly connections: Connections;
  readonly limits: Limits;
  readonly liveness: Liveness;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** How long a client may leave a frame unread, in milliseconds. */
  readonly stallMs: number;
}

/** The metrics of one transport. */
export function transportMetrics(metrics: Metrics, transport: TransportName) {
  return {
    open: metrics.connections.labels({ transport }),
    subscriptions: metrics.subscriptions.labels({ transport }),
    pushes: metrics.pushes.labels({ transport }),
    stalled: metrics.stalled.labels({ transport }),
  };
}

/**
 * Counts a connection of a transport, in the metrics and as one of its subject's. Returns what gives the place back. Throws
 * `TOO_MANY_CONNECTIONS` when the subject holds as many as it may.
 */
export function takeConnection(
  viewer: Viewer,
  transport: TransportName,
  { connections, metrics }: Pick<LiveTransportOptions, 'connections' | 'metrics'>,
): () => void {
  if (!connections.take(viewer)) throw tooManyConnections();
  const { open } = transportMetrics(metrics, transport);
  open.inc();
  return () => {
    open.dec();
    connections.release(viewer);
  };
}
