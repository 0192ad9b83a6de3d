/** What one operation requests: its depth, its aliases, its cost, and whether it reads the schema itself. */
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import { DEFAULT_PAGE } from './connection.ts';
import type { Variables } from './variables.ts';

/** An operation of a validated document, with its coerced variables. */
export interface MeasuredOperation {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Variables;
}

interface Measure {
  readonly depth: number;
  readonly aliases: number;
  readonly cost: number;
}

/** What an operation requests. */
export interface OperationMeasure extends Measure {
  readonly introspects: boolean;
}

const NOTHING: Measure = { depth: 0, aliases: 0, cost: 0 };

/** For operations whose measure does not depend on variables: clients send the same documents over and over. */
const constantMeasures = new WeakMap<OperationDefinitionNode, OperationMeasure>();

/** Measures an operation on its coerced variables. */
export function measureOperation(
  schema: GraphQLSchema,
  { document, operation, variables }: MeasuredOperation,
): OperationMeasure {
  const known = constantMeasures.get(operation);
  if (known !== undefined) return known;
  const meter = new Meter(schema, document, variables);
  const measure = meter.measure(operation.selectionSet, schema.getRootType(operation.operation));
  const ofOperation = { ...measure, introspects: meter.introspects };
  if (!meter.varies) constantMeasures.set(operation, ofOperation);
  return ofOperation;
}

/** Arguments that say how many nodes a field returns, and arguments that list them. */
const PAGE_ARGUMENTS: ReadonlySet<string> = new Set(['first', 'last']);
const LIST_ARGUMENTS: ReadonlySet<string> = new Set(['customerIds', 'ids', 'representations']);
/** What a field costs beside the nodes it gives: it reads much that is not shown. */
const FIELD_COSTS: Readonly<Record<string, number>> = { kycAttention: 20, kycCustomersNear: 200, kycStatistics: 200 };
/** What finding a customer's state at a moment costs: as many reads as their history has binary digits. */
const AS_OF_COST = 20;

class Meter {
  introspects = false;
  /** Whether a variable changes the measure. */
  varies = false;
  readonly #schema: GraphQLSchema;
  readonly #variables: Variables;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** A fragment that is spread a thousand times is measured once. */
  readonly #measured = new Map<string, Measure>();

  constructor(schema: GraphQLSchema, document: DocumentNode, variables: Variables) {
    this.#schema = schema;
    this.#variables = variables;
    const fragments = document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION);
    this.#fragments = new Map(fragments.map((fragment) => [fragment.name.value, fragment]));
  }

  measure(selectionSet: SelectionSetNode, type: GraphQLNamedType | null | undefined): Measure {
    return selectionSet.selections
      .map((selection) => {
        if (selection.kind === Kind.FIELD) return this.#field(selection, type);
        if (selection.kind === Kind.FRAGMENT_SPREAD) return this.#fragment(selection.name.value);
        const condition = selection.typeCondition?.name.value;
        return this.measure(selection.selectionSet, condition === undefined ? type : this.#schema.getType(condition));
      })
      .reduce(together, NOTHING);
  }

  #field(node: FieldNode, type: GraphQLNamedType | null | undefined): Measure {
    const name = node.name.value;
    const aliases = node.alias === undefined ? 0 : 1;
    // Introspection is not limited in depth here: graphql's own rule bounds it.
    // A subgraph's `_service.sdl` reveals the schema, too.
    if (name === '__schema' || name === '__type' || name === '_service') {
      this.introspects = true;
      return { depth: 1, aliases, cost: 1 };
    }
    const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined;
    const own = 1 + (field === undefined ? 0 : this.#extraCost(node));
    const times = field === undefined ? 1 : this.#times(node, field);
    if (node.selectionSet === undefined) return { depth: 1, aliases, cost: own * times };
    const below = this.measure(node.selectionSet, field && getNamedType(field.type));
    return { depth: 1 + below.depth, aliases: aliases + below.aliases, cost: own + below.cost * times };
  }

  #fragment(name: string): Measure {
    const known = this.#measured.get(name);
    if (known !== undefined) return known;
    const fragment = this.#fragments.get(name);
    if (fragment === undefined) return NOTHING;
    const measured = this.measure(fragment.selectionSet, this.#schema.getType(fragment.typeCondition.name.value));
    this.#measured.set(name, measured);
    return measured;
  }

  #extraCost(node: FieldNode): number {
    const own = FIELD_COSTS[node.name.value];
    if (own !== undefined) return own;
    const given = node.arguments?.find(({ name }) => name.value === 'asOf')?.value;
    return given === undefined || this.#valueOf(given) == null ? 0 : AS_OF_COST;
  }

  /** How many nodes a field may return: as its page arguments and lists say, or 1 without them. */
  #times(node: FieldNode, field: GraphQLField<unknown, unknown>): number {
    let times = 1;
    let pages: number | null = null;
    let isPaged = false;
    for (const { name, defaultValue } of field.args) {
      const isPage = PAGE_ARGUMENTS.has(name);
      if (!isPage && !LIST_ARGUMENTS.has(name)) continue;
      isPaged ||= isPage;
      const given = node.arguments?.find((argument) => argument.name.value === name)?.value;
      const value = (given === undefined ? undefined : this.#valueOf(given)) ?? defaultValue;
      if (value == null) continue;
      if (isPage) pages = Math.max(pages ?? 0, Number(value));
      else times *= Array.isArray(value) ? value.length : 1;
    }
    // A field that takes `first` and `last` has no default in the schema: with one, `last` alone would not be alone. A page of none
    // still answers its `pageInfo` and whatever else stands beside the nodes.
    return Math.max(1, times * (pages ?? (isPaged ? DEFAULT_PAGE : 1)));
  }

  /** The value of an argument as far as it is measured: a number, a list's length, null. */
  #valueOf(node: ValueNode): unknown {
    switch (node.kind) {
      case Kind.VARIABLE:
        this.varies = true;
        return this.#variables[node.name.value];
      case Kind.NULL:
        return null;
      case Kind.INT:
        return Number(node.value);
      case Kind.LIST:
        return node.values;
      default:
        return node;
    }
  }
}

function together(left: Measure, right: Measure): Measure {
  return {
    depth: Math.max(left.depth, right.depth),
    aliases: left.aliases + right.aliases,
    cost: left.cost + right.cost,
  };
}
