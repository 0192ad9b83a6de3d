/**
 * Live queries: what a transport sends for a subscription, one payload at a time.
 *
 * A subscription of ours shows its update, which is immutable. So all subscribers with the same document and the same
 * variables in its selection (their *shape*) share one execution and one text for each update. What also shows the customer
 * (`KycUpdate.kyc`) is as current as the moment at which it was read: such a text is shared by those who want it at that moment.
 */
import { hash } from 'node:crypto';
import {
  createSourceEventStream,
  type DocumentNode,
  type ExecutionResult,
  execute,
  Kind,
  type OperationDefinitionNode,
  visit,
} from 'graphql';
import type { KycUpdate } from '../domain/update.ts';
import { isUnavailable } from '../errors.ts';
import { FeedCursor } from '../feed/cursor.ts';
import type { MaybePromise } from '../journal/maybe-promise.ts';
import type { OperationContext } from './context.ts';
import { causeOf, publicError } from './format-error.ts';
import type { Operation } from './operation.ts';
import { keepRendered, type RenderedTexts } from './rendered-texts.ts';

/** A longer key of a shape is replaced by its hash. */
const MAX_PLAIN_KEY = 100;

/** A subscription that was accepted. */
export interface LiveQuery {
  /** The subscriber's place. The owner of the live query pulls from it, and closes it. */
  readonly cursor: FeedCursor;
  /**
   * The GraphQL result for an update, as JSON; a promise of it where something has to be read for it. Rejects with
   * `JOURNAL_UNAVAILABLE` when that can't be read now: the update was not delivered.
   */
  readonly render: (update: KycUpdate) => MaybePromise<string>;
}

/** Starts a subscription, or returns `errors`. */
export async function openLiveQuery(operation: Operation): Promise<LiveQuery | ExecutionResult> {
  const source = await createSourceEventStream(operation);
  if (!(source instanceof FeedCursor)) return source as ExecutionResult;
  return { cursor: source, render: shapeOf(operation).render };
}

class Shape {
  readonly #operation: Operation;
  readonly #rendered: RenderedTexts = new Map();
  /** Texts being rendered. Null for a shape that has never had to wait. */
  #pending: Map<KycUpdate, Promise<string>> | null = null;

  constructor({ schema, document, operation, operationName, variableValues, coerced, contextValue }: Operation) {
    // Without what the transport added: it would keep the first subscriber's socket alive here.
    this.#operation = { schema, document, operation, operationName, variableValues, coerced, contextValue };
  }

  readonly render = (update: KycUpdate): MaybePromise<string> => {
    const known = this.#rendered.get(update) ?? this.#pending?.get(update);
    if (known !== undefined) return known;
    const operation = { ...this.#operation, contextValue: contextFor(update, this.#operation.contextValue) };
    const result = execute({ ...operation, rootValue: update });
    if (result instanceof Promise) return this.#later(update, result);
    const text = this.#textOf(result);
    keepRendered(this.#rendered, update, text);
    return text;
  };

  #later(update: KycUpdate, result: Promise<ExecutionResult>): Promise<string> {
    const text = result.then((done) => {
      const failed = done.errors?.map(causeOf).find(isUnavailable);
      if (failed !== undefined) throw failed;
      return this.#textOf(done);
    });
    this.#pending ??= new Map();
    this.#pending.set(update, text);
    const settled = (): void => void this.#pending?.delete(update);
    text.then(settled, settled);
    return text;
  }

  #textOf({ data, errors }: ExecutionResult): string {
    const { log, requestId } = this.#operation.contextValue;
    return JSON.stringify({
      data,
      ...(errors && { errors: errors.map((error) => publicError(error, log, requestId)) }),
    });
  }
}

/**
 * The context in which an update is rendered for all who may see it: on behalf of no particular viewer, with their scopes (part of a
 * shape's key) and, without scopes, as the customer of the update. One viewer's expired token must not affect the others.
 */
function contextFor(update: KycUpdate, context: OperationContext): OperationContext {
  const { viewer } = context;
  if (viewer === null) return context;
  const customerId = viewer.mayRead ? null : update.customerId;
  // A text rendered for many viewers is in nobody's audit entry; the entry is about the subscription.
  return { ...context, opened: undefined, viewer: { ...viewer, subject: 'subscribers', customerId, expiresAt: null } };
}

/** Shapes live as long as a live query uses them: once the last subscriber is gone, nothing of it is kept. */
const shapes = new WeakMap<OperationDefinitionNode, Map<string, WeakRef<Shape>>>();
const SHAPES_A_DOCUMENT = 50;

function shapeOf(operation: Operation): Shape {
  const ofOperation = shapes.get(operation.operation) ?? new Map<string, WeakRef<Shape>>();
  shapes.set(operation.operation, ofOperation);
  const key = shapeKey(operation);
  const known = ofOperation.get(key)?.deref();
  if (known !== undefined) return known;
  if (ofOperation.size >= SHAPES_A_DOCUMENT) makeRoom(ofOperation);
  const shape = new Shape(operation);
  ofOperation.set(key, new WeakRef(shape));
  return shape;
}

/** Drops unused shapes; if all are in use, the oldest is no longer shared with new subscribers. */
function makeRoom(ofOperation: Map<string, WeakRef<Shape>>): void {
  for (const [key, shape] of ofOperation) if (shape.deref() === undefined) ofOperation.delete(key);
  const [oldest] = ofOperation.keys();
  if (ofOperation.size >= SHAPES_A_DOCUMENT && oldest !== undefined) ofOperation.delete(oldest);
}

/** What decides the text of an update: everything about the viewer that a resolver of an update looks at, and variables. */
function shapeKey({ document, operation, coerced, contextValue }: Operation): string {
  const used = selectionVariables(document, operation);
  const key = JSON.stringify([
    contextValue.viewer?.mayAdmin,
    contextValue.viewer?.mayRead,
    used.map((name) => [Object.hasOwn(coerced, name), coerced[name]]),
  ]);
  return key.length <= MAX_PLAIN_KEY ? key : hash('sha256', key, 'base64');
}

const selectionVariableNames = new WeakMap<OperationDefinitionNode, readonly string[]>();

/** The variables that decide what is shown, as opposed to those that decide which updates come: the root field's arguments. */
function selectionVariables(document: DocumentNode, operation: OperationDefinitionNode): readonly string[] {
  const known = selectionVariableNames.get(operation);
  if (known !== undefined) return known;
  const names = new Set<string>();
  visit(document, {
    VariableDefinition: () => false,
    Argument: (_node, _key, _parent, _path, ancestors) => (isRootField(ancestors) ? false : undefined),
    Variable: (node) => {
      names.add(node.name.value);
    },
  });
  const found = [...names];
  selectionVariableNames.set(operation, found);
  return found;
}

function isRootField(ancestors: readonly unknown[]): boolean {
  const kinds = ancestors.flatMap((node) =>
    typeof node === 'object' && node !== null && 'kind' in node ? [node.kind] : [],
  );
  return (
    kinds.filter((kind) => kind === Kind.FIELD).length === 1 &&
    kinds.includes(Kind.OPERATION_DEFINITION) &&
    !kinds.includes(Kind.DIRECTIVE)
  );
}
