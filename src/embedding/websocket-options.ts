/** The gateway's rules as options for a stock graphql-ws server whose schema includes the gateway's types. */
import type { IncomingHttpHeaders } from 'node:http';
import {
  type ExecutionArgs,
  execute,
  type GraphQLSchema,
  parse,
  specifiedRules,
  subscribe,
  type ValidationRule,
  validate,
} from 'graphql';
import type { Context, ServerOptions, SubscribePayload } from 'graphql-ws';
import { type Limits, limitsOf } from '../access/limits.ts';
import type { Viewer } from '../access/viewer.ts';
import { CLOSE } from '../client/protocol.ts';
import { KycError } from '../errors.ts';
import type { Documents } from '../graphql/documents/documents.ts';
import type { ObserveOperation } from '../graphql/observe.ts';
import { codesOf } from '../graphql/observe.ts';
import { messageError } from '../graphql/operation-error.ts';
import { closeAll } from '../transport/closing.ts';
import type { EmbeddedOperation } from './check-operation.ts';
import type { KycContext } from './context.ts';
import { type ObservedResult, observed } from './observed.ts';
import { closeSocket, openSession, type Session, type SessionParts, type SocketExtra } from './websocket-session.ts';

// biome-ignore lint/suspicious/noExplicitAny: the application's own connection params and extras
type AnyServerOptions = ServerOptions<any, any>;

/** What the options are made from. */
export interface WebSocketOptionsParts extends SessionParts {
  readonly limits: Limits;
  readonly rules: readonly ValidationRule[];
  readonly contextOf: (viewer: Viewer | null, headers: IncomingHttpHeaders) => KycContext;
  readonly checkSchema: (schema: GraphQLSchema) => void;
  readonly documents: Documents;
  readonly checkOperation: (operation: EmbeddedOperation) => Promise<void>;
  readonly admit: (contextValue: unknown) => Promise<() => void>;
  readonly observe: ObserveOperation;
}

/** The sockets of the application's own servers. */
export interface EmbeddedSockets {
  /** The options for one server. `own` are the application's, `schema` among them. */
  options(own: AnyServerOptions): AnyServerOptions;
  /** Closes every socket with 1012, spread over up to 3 seconds. */
  stop(): Promise<void>;
}

/** Makes the function that makes the options. */
export function embeddedSockets(parts: WebSocketOptionsParts): EmbeddedSockets {
  const sessions = new Map<object, Session>();
  let isStopping = false;
  return {
    options(own) {
      if (typeof own.schema !== 'function' && own.schema !== undefined) parts.checkSchema(own.schema as GraphQLSchema);
      return {
        ...own,
        ...connectionHooks(own, parts, sessions, () => isStopping),
        ...operationHooks(own, parts, sessions),
      };
    },
    async stop() {
      isStopping = true;
      await closeAll(
        { size: 0, [Symbol.iterator]: () => sessions.values() },
        ({ socket }) => closeSocket(socket, CLOSE.serviceRestart),
        () => {},
      );
    },
  };
}

/** From a `connection_init` to a session, and its end. */
function connectionHooks(
  own: AnyServerOptions,
  parts: WebSocketOptionsParts,
  sessions: Map<object, Session>,
  isStopping: () => boolean,
): Pick<AnyServerOptions, 'onConnect' | 'onClose'> {
  const closed = new WeakSet<object>();
  const release = ({ viewer, end }: Session): void => {
    clearTimeout(end);
    if (viewer !== null) parts.connections.release(viewer);
  };
  return {
    async onConnect(context: Context) {
      const answer = await own.onConnect?.(context);
      if (answer === false) return false;
      const { socket, request } = context.extra as SocketExtra;
      const opened = isStopping()
        ? CLOSE.serviceRestart
        : await openSession(context.connectionParams, request, socket, parts);
      if ('code' in opened) {
        closeSocket(socket, opened);
        // graphql-ws then closes with 4403, which has no effect after our close.
        return false;
      }
      // It may have closed while its token was checked.
      if (closed.has(context)) release(opened);
      else sessions.set(context, opened);
      return answer ?? true;
    },
    async onClose(context: Context, code?: number, reason?: string) {
      const session = sessions.get(context);
      if (session === undefined) closed.add(context);
      else release(session);
      sessions.delete(context);
      await own.onClose?.(context, code, reason);
    },
  };
}

/** From a `subscribe` to what graphql-ws executes. Throws a `GraphQLError` for a document that is not valid. */
function operationHooks(
  own: AnyServerOptions,
  parts: WebSocketOptionsParts,
  sessions: ReadonlyMap<object, Session>,
): Pick<AnyServerOptions, 'onSubscribe' | 'execute' | 'subscribe'> {
  const { observe } = parts;
  const executeOwn = own.execute ?? execute;
  const subscribeOwn = own.subscribe ?? subscribe;
  return {
    async onSubscribe(context: Context, id: string, payload: SubscribePayload) {
      const startedAt = performance.now();
      try {
        const session = sessions.get(context);
        const viewer = session?.viewer ?? null;
        checkHeld(Object.keys(context.subscriptions).length, viewer, parts.limits);
        const given = await own.onSubscribe?.(context, id, payload);
        if (Array.isArray(given)) return given;
        const args =
          (given as ExecutionArgs | undefined) ?? (await prepare(own, parts, viewer, { context, id, payload }));
        const kyc = parts.contextOf(viewer, session?.headers ?? {});
        const contextValue = { ...(await ownContext(own, context, id, payload, args)), ...kyc };
        const operation = { ...args, contextValue };
        await parts.checkOperation(operation);
        return operation;
      } catch (error) {
        const refused = [messageError(error)];
        observe('unknown', performance.now() - startedAt, codesOf(refused));
        return refused;
      }
    },
    // A subscription costs only a cursor; the number of operations executing at once is bounded.
    async execute(args: ExecutionArgs) {
      let leave: (() => void) | undefined;
      const answered = observed(observe, args);
      try {
        leave = await parts.admit(args.contextValue);
        await parts.checkOperation(args);
        const result = await executeOwn(args);
        answered(result as ObservedResult);
        return result;
      } catch (error) {
        const result = { errors: [messageError(error)] };
        answered(result);
        return result;
      } finally {
        leave?.();
      }
    },
    async subscribe(args: ExecutionArgs) {
      const opened = observed(observe, args);
      const result = await subscribeOwn(args);
      opened(result as ObservedResult);
      return result;
    },
  };
}

function checkHeld(held: number, viewer: Viewer | null, limits: Limits): void {
  const limit = limitsOf(limits, viewer).subscriptionsPerSocket;
  if (held <= limit) return;
  throw new KycError('TOO_MANY_SUBSCRIPTIONS', `A socket holds at most ${limit} operations of this token.`);
}

async function prepare(
  own: AnyServerOptions,
  { limits, rules, documents }: WebSocketOptionsParts,
  viewer: Viewer | null,
  { context, id, payload }: { readonly context: Context; readonly id: string; readonly payload: SubscribePayload },
): Promise<ExecutionArgs> {
  const { operationName, variables } = payload;
  const query = await documents.textOf(payload, viewer);
  const document = parse(query, { maxTokens: limits.tokens });
  const args = { document, operationName, variableValues: variables };
  const schema: GraphQLSchema | undefined =
    typeof own.schema === 'function'
      ? await own.schema(context, id, { query, operationName, variables }, args as never)
      : own.schema;
  if (schema === undefined) throw new Error('useServerOptions needs the schema: gateway.useServerOptions({ schema }).');
  const [problem] = validate(schema, document, [...rules, ...specifiedRules], { maxErrors: 1 });
  if (problem !== undefined) throw problem;
  return { ...args, schema };
}

async function ownContext(
  own: AnyServerOptions,
  context: Context,
  id: string,
  payload: SubscribePayload,
  args: ExecutionArgs,
): Promise<object> {
  const given =
    args.contextValue ??
    (typeof own.context === 'function' ? await own.context(context, id, payload, args) : own.context);
  return typeof given === 'object' && given !== null ? given : {};
}
