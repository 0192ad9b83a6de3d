/** The plans of queries that clients repeat: bounded in number and bytes, and made when a document is seen for the second time. */
import { execute, type GraphQLSchema, Kind, type OperationDefinitionNode, visit } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { MaybePromise } from '../../journal/maybe-promise.ts';
import type { OperationContext } from '../context.ts';
import type { MeasuredOperation } from '../measure.ts';
import { isThenable } from './complete.ts';
import { planQuery, type QueryPlan } from './plan.ts';

/** The `data` of an answer without errors. */
export type PlannedData = Readonly<Record<string, unknown>>;

const MAX_DOCUMENTS = 500;
const MAX_BYTES = 4 * 1024 * 1024;
/** The heap size of a planned field, with its share of the document. */
const BYTES_A_FIELD = 1_000;
/** One plan is made for each combination of the variables in `@skip` and `@include`, of which there may be this many. */
const MAX_CONDITIONS = 3;
/** An operation that costs more than this is not executed twice again and again because its answers have errors. */
const CHEAP_COST = 100;
const RESTING_USES = 100;

/** The plans of one operation, by the values of its conditions; null: there can be none. */
interface PlansOfOperation {
  readonly conditions: readonly string[] | null;
  readonly plans: Map<number, QueryPlan | null>;
  /** How many more times graphql-js executes the operation, after a plan gave up on it. */
  resting: number;
}

/** The plans of a schema. */
export class QueryPlans {
  readonly #schema: GraphQLSchema;
  readonly #seen = new WeakSet<OperationDefinitionNode>();
  readonly #operations = new LRUCache<OperationDefinitionNode, PlansOfOperation>({
    max: MAX_DOCUMENTS,
    maxSize: MAX_BYTES,
    sizeCalculation: ({ plans }) =>
      BYTES_A_FIELD * [...plans.values()].reduce((sum, plan) => sum + (plan?.fields ?? 0), 1),
  });

  /** False: nothing is planned. */
  readonly #isOn: boolean;

  /**
   * @param executor what executes the operations that are not planned. OpenTelemetry's instrumentation of graphql marks the `execute` that it
   * has wrapped: then nothing is planned, so that the application keeps its spans.
   */
  constructor(schema: GraphQLSchema, executor: object = execute) {
    this.#schema = schema;
    this.#isOn = !('__wrapped' in executor);
  }

  /** How many operations have plans. */
  get size(): number {
    return this.#operations.size;
  }

  /**
   * Executes a query that was measured, on its coerced variables: they belong to this execution alone. Null, or a promise of it: nothing was
   * answered, and graphql-js has to execute the operation: it is no query, is new here, can't be planned, or its answer has an error.
   */
  execute(measured: MeasuredOperation, cost: number, context: OperationContext): MaybePromise<PlannedData | null> {
    const { operation, variables } = measured;
    if (!this.#isOn || operation.operation !== 'query') return null;
    const ofOperation = this.#operations.get(operation) ?? this.#noted(operation, measured);
    if (ofOperation === null) return null;
    if (ofOperation.resting > 0) {
      ofOperation.resting--;
      return null;
    }
    const plan = this.#planFor(ofOperation, measured);
    if (plan === null) return null;
    const giveUp = (): null => {
      if (cost > CHEAP_COST) ofOperation.resting = RESTING_USES;
      return null;
    };
    try {
      const data = plan.execute(context, variables);
      return isThenable(data) ? (data as Promise<PlannedData>).catch(giveUp) : (data as PlannedData);
    } catch {
      return giveUp();
    }
  }

  /** Nothing is kept the first time, so a client that never repeats a document costs no plans. */
  #noted(operation: OperationDefinitionNode, measured: MeasuredOperation): PlansOfOperation | null {
    if (!this.#seen.has(operation)) {
      this.#seen.add(operation);
      return null;
    }
    const conditions = conditionsOf(measured);
    const ofOperation = {
      conditions: conditions.length > MAX_CONDITIONS ? null : conditions,
      plans: new Map(),
      resting: 0,
    };
    this.#operations.set(operation, ofOperation);
    return ofOperation;
  }

  #planFor(ofOperation: PlansOfOperation, measured: MeasuredOperation): QueryPlan | null {
    const { conditions, plans } = ofOperation;
    if (conditions === null) return null;
    let key = 0;
    for (const name of conditions) {
      const value = measured.variables[name];
      if (typeof value !== 'boolean') return null;
      key = key * 2 + (value ? 1 : 0);
    }
    const known = plans.get(key);
    if (known !== undefined) return known;
    const plan = this.#plan(measured);
    plans.set(key, plan);
    // Its size has changed.
    this.#operations.delete(measured.operation);
    this.#operations.set(measured.operation, ofOperation);
    return plan;
  }

  #plan(measured: MeasuredOperation): QueryPlan | null {
    try {
      return planQuery(this.#schema, measured, measured.variables);
    } catch {
      return null;
    }
  }
}

/** The variables that decide which fields are selected. */
function conditionsOf({ document }: MeasuredOperation): readonly string[] {
  const names = new Set<string>();
  visit(document, {
    VariableDefinition: () => false,
    Directive: ({ arguments: given }) => {
      for (const { value } of given ?? []) if (value.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return [...names];
}
