/**
 * A plan: what executing an operation does, worked out once. graphql-js collects the fields of every selection, looks up their types and reads
 * their arguments anew for each object of each execution. A plan has all of that in closures. It generates no code: graphql-jit does, and
 * takes strings of the document into it (docs/adr/0008-query-plans.md).
 *
 * A plan answers only what has no error. What it can't do is `GIVE_UP`, and graphql-js executes the operation.
 */
import {
  type DocumentNode,
  type FieldNode,
  type GraphQLAbstractType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
} from 'graphql';
import type { OperationContext } from '../context.ts';
import type { Variables } from '../variables.ts';
import { argumentsReader } from './arguments.ts';
import {
  type Complete,
  isThenable,
  leaf,
  list,
  nonNull,
  nullable,
  object,
  type PlannedField,
  type Run,
} from './complete.ts';
import { GIVE_UP } from './give-up.ts';
import { collectFields, type SelectionScope } from './selection.ts';

/** Operations with more fields than this are not planned: the plan would take too much memory, and execution dominates anyway. */
export const MAX_PLANNED_FIELDS = 300;

/** An operation, ready to be executed. */
export interface QueryPlan {
  /** How many fields it has, wherever they stand. */
  readonly fields: number;
  /** The `data` of the answer, or a promise of it. Throws or rejects where graphql-js has to execute the operation. */
  readonly execute: (context: OperationContext, variables: Variables) => unknown;
}

/**
 * Makes the plan of a validated query. `variables` are those that `@skip` and `@include` read: the plan is for these values of theirs.
 * Throws what it can't plan.
 */
export function planQuery(
  schema: GraphQLSchema,
  { document, operation }: { readonly document: DocumentNode; readonly operation: OperationDefinitionNode },
  variables: Variables,
): QueryPlan {
  const root = schema.getQueryType();
  if (root == null || operation.operation !== 'query') throw GIVE_UP;
  const planner = new Planner(schema, document, operation, variables);
  const complete = planner.object(root, [operation]);
  return {
    fields: planner.fields,
    execute: (context, ofRun) => complete(undefined, { context, variables: ofRun }),
  };
}

type Resolve = NonNullable<GraphQLField<unknown, OperationContext>['resolve']>;
type SelectionHolder = Pick<OperationDefinitionNode | FieldNode, 'selectionSet'>;

class Planner {
  fields = 0;
  readonly #scope: SelectionScope;
  readonly #operation: OperationDefinitionNode;

  constructor(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, variables: Variables) {
    const fragments = document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION);
    const byName = new Map(fragments.map((fragment) => [fragment.name.value, fragment]));
    this.#scope = { schema, fragments: byName, variables };
    this.#operation = operation;
  }

  object(type: GraphQLObjectType, nodes: readonly SelectionHolder[]): Complete {
    if (type.isTypeOf != null) throw GIVE_UP;
    const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
    const fields: PlannedField[] = [];
    for (const [key, ofKey] of collectFields(this.#scope, type, sets)) {
      // On an ordinary object this key would set the prototype.
      if (key === '__proto__' || ++this.fields > MAX_PLANNED_FIELDS) throw GIVE_UP;
      fields.push({ key, resolve: this.#field(type, ofKey) });
    }
    return object(fields);
  }

  #field(parent: GraphQLObjectType, nodes: readonly FieldNode[]): Complete {
    const node = nodes[0] as FieldNode;
    const name = node.name.value;
    if (name === '__typename') return () => parent.name;
    const field = parent.getFields()[name];
    // Introspection, for one.
    if (field === undefined) throw GIVE_UP;
    const complete = this.#complete(field.type, nodes);
    const { resolve } = field;
    if (resolve == null) return (source, run) => completed(propertyOf(source, name), complete, run);
    const argumentsOf = argumentsReader(field, node);
    // A resolver that takes no info gets none.
    const infoOf = (resolve as Resolve).length < 4 ? noInfo : this.#infoMaker(parent, field, nodes);
    return (source, run) =>
      completed(resolve(source, argumentsOf(run.variables), run.context, infoOf(run)), complete, run);
  }

  #complete(type: GraphQLOutputType, nodes: readonly FieldNode[]): Complete {
    return isNonNullType(type) ? nonNull(this.#inner(type.ofType, nodes)) : nullable(this.#inner(type, nodes));
  }

  #inner(type: GraphQLOutputType, nodes: readonly FieldNode[]): Complete {
    if (isLeafType(type)) return leaf(type);
    if (isObjectType(type)) return this.object(type, nodes);
    if (isListType(type)) return list(this.#complete(type.ofType, nodes));
    return this.#abstract(type as GraphQLAbstractType, nodes);
  }

  #abstract(type: GraphQLAbstractType, nodes: readonly FieldNode[]): Complete {
    const { resolveType } = type;
    if (resolveType == null) throw GIVE_UP;
    const possible = this.#scope.schema.getPossibleTypes(type);
    const byName = new Map(possible.map((concrete) => [concrete.name, this.object(concrete, nodes)] as const));
    const completeAs = (name: unknown, value: unknown, run: Run): unknown => {
      const complete = byName.get(name as string);
      if (complete === undefined) throw GIVE_UP;
      return complete(value, run);
    };
    return (value, run) => {
      const name = resolveType(value, run.context, NO_INFO, type);
      return isThenable(name) ? name.then((known) => completeAs(known, value, run)) : completeAs(name, value, run);
    };
  }

  #infoMaker(
    parentType: GraphQLObjectType,
    { type: returnType }: GraphQLField<unknown, unknown>,
    fieldNodes: readonly FieldNode[],
  ): (run: Run) => GraphQLResolveInfo {
    const { schema } = this.#scope;
    const fragments = Object.fromEntries(this.#scope.fragments);
    const fieldName = (fieldNodes[0] as FieldNode).name.value;
    const fixed = { schema, fragments, parentType, returnType, fieldName, fieldNodes, rootValue: undefined };
    const operation = this.#operation;
    return ({ variables }) => ({
      ...fixed,
      operation,
      variableValues: variables as Record<string, unknown>,
      get path(): never {
        throw GIVE_UP;
      },
    });
  }
}

/** What a resolver that takes no info is given. */
const NO_INFO = Object.freeze({}) as GraphQLResolveInfo;
const noInfo = (): GraphQLResolveInfo => NO_INFO;

function completed(value: unknown, complete: Complete, run: Run): unknown {
  return isThenable(value) ? value.then((known) => complete(known, run)) : complete(value, run);
}

/** How graphql-js resolves a field without a resolver. Calling a function there is left to it. */
function propertyOf(source: unknown, name: string): unknown {
  if (typeof source !== 'object' || source === null) throw GIVE_UP;
  const value = (source as Readonly<Record<string, unknown>>)[name];
  if (typeof value === 'function') throw GIVE_UP;
  return value;
}
