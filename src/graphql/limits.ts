/** What one operation may ask for, the same over every transport. */
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
} from 'graphql';
import type { Viewer } from '../access/viewer.ts';
import { KycError } from '../errors.ts';

/** The deepest selection, counted in fields. */
export const MAX_DEPTH = 10;
/** How many fields may be renamed. */
export const MAX_ALIASES = 20;
/** The most lexical tokens of a document. */
export const MAX_TOKENS = 1_000;
/** The highest cost: 1 a field, and what stands under a connection times its `first`. */
export const MAX_COST = 5_000;

/** Who may ask for the schema itself. */
export type IntrospectionAccess = 'everyone' | 'admin';

interface Measure {
  readonly depth: number;
  readonly aliases: number;
  readonly cost: number;
}

interface OperationMeasure extends Measure {
  readonly introspects: boolean;
}

const NOTHING: Measure = { depth: 0, aliases: 0, cost: 0 };

/** An operation of a validated document, with its raw variables. */
export interface MeasuredOperation {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Throws `QUERY_TOO_COMPLEX` or, for the schema itself, `FORBIDDEN` when an operation asks for more than it may. */
export function checkLimits(
  schema: GraphQLSchema,
  { document, operation, variables }: MeasuredOperation,
  viewer: Viewer | null,
  introspection: IntrospectionAccess,
): void {
  const { depth, aliases, cost, introspects } =
    constantMeasures.get(operation) ?? measureOperation(schema, { document, operation, variables });
  if (introspects && introspection === 'admin' && viewer?.mayAdmin !== true) {
    throw new KycError('FORBIDDEN', 'Introspection needs a token with the scope kyc:admin here.');
  }
  refuseOver('deep', depth, MAX_DEPTH);
  refuseOver('many aliases', aliases, MAX_ALIASES);
  refuseOver('costly', cost, MAX_COST);
}

/** Of operations whose measure no variable changes: the same document is asked again and again. */
const constantMeasures = new WeakMap<OperationDefinitionNode, OperationMeasure>();

function measureOperation(
  schema: GraphQLSchema,
  { document, operation, variables }: MeasuredOperation,
): OperationMeasure {
  const meter = new Meter(schema, document, withDefaults(operation, variables));
  const measure = meter.measure(operation.selectionSet, schema.getRootType(operation.operation));
  const ofOperation = { ...measure, introspects: meter.introspects };
  if (!meter.varies) constantMeasures.set(operation, ofOperation);
  return ofOperation;
}

function refuseOver(what: string, value: number, limit: number): void {
  if (value <= limit) return;
  throw new KycError(
    'QUERY_TOO_COMPLEX',
    `The operation is too ${what}: ${value}, at most ${limit}. Ask for less at once.`,
  );
}

class Meter {
  introspects = false;
  /** Whether a variable had a say. */
  varies = false;
  readonly #schema: GraphQLSchema;
  readonly #variables: Readonly<Record<string, unknown>>;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** A fragment that is spread a thousand times is measured once. */
  readonly #measured = new Map<string, Measure>();

  constructor(schema: GraphQLSchema, document: DocumentNode, variables: Readonly<Record<string, unknown>>) {
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
    // The schema describes itself as deeply as it likes: graphql's own rule keeps that finite.
    if (name === '__schema' || name === '__type') {
      this.introspects = true;
      return { depth: 1, aliases, cost: 1 };
    }
    const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined;
    if (node.selectionSet === undefined) return { depth: 1, aliases, cost: 1 };
    const below = this.measure(node.selectionSet, field && getNamedType(field.type));
    return {
      depth: 1 + below.depth,
      aliases: aliases + below.aliases,
      cost: 1 + below.cost * (field === undefined ? 1 : this.#times(node, field)),
    };
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

  /** How many nodes a field may give: its `first`, or 1 where it takes none. */
  #times(node: FieldNode, field: GraphQLField<unknown, unknown>): number {
    const first = field.args.find(({ name }) => name === 'first');
    if (first === undefined) return 1;
    const given = node.arguments?.find(({ name }) => name.value === 'first')?.value;
    let value: unknown;
    if (given?.kind === Kind.VARIABLE) {
      this.varies = true;
      value = this.#variables[given.name.value];
    } else if (given?.kind === Kind.INT) value = Number(given.value);
    return Math.max(0, Number(value ?? first.defaultValue ?? 1)) || 0;
  }
}

function together(left: Measure, right: Measure): Measure {
  return {
    depth: Math.max(left.depth, right.depth),
    aliases: left.aliases + right.aliases,
    cost: left.cost + right.cost,
  };
}

function withDefaults(
  { variableDefinitions }: OperationDefinitionNode,
  given: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const defaults = (variableDefinitions ?? []).flatMap(({ variable, defaultValue }) =>
    defaultValue?.kind === Kind.INT ? [[variable.name.value, Number(defaultValue.value)] as const] : [],
  );
  return { ...Object.fromEntries(defaults), ...given };
}
