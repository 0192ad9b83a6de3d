/** Queries of a schema, made at random: fields, aliases, fragments, directives, variables, and arguments that are right, wrong and null. */
import * as fc from 'fast-check';
import {
  type GraphQLArgument,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';

/** A query as a client sends it. */
export interface GeneratedOperation {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Values for the scalars of arguments, each a JSON value. */
export type ScalarValues = Readonly<Record<string, readonly unknown[]>>;

const MAX_DEPTH = 4;

/** Makes queries, perhaps invalid ones: aliases may clash. */
export function operationsOf(schema: GraphQLSchema, scalars: ScalarValues): fc.Arbitrary<GeneratedOperation> {
  return fc.gen().map((pick) => new Generator(schema, scalars, pick).operation());
}

class Generator {
  readonly #schema: GraphQLSchema;
  readonly #scalars: ScalarValues;
  readonly #pick: fc.GeneratorValue;
  readonly #definitions: string[] = [];
  readonly #variables: Record<string, unknown> = {};
  readonly #fragments: string[] = [];
  /** The name of each fragment, and the type that it is on. */
  readonly #spreadable: { readonly name: string; readonly on: string }[] = [];

  constructor(schema: GraphQLSchema, scalars: ScalarValues, pick: fc.GeneratorValue) {
    this.#schema = schema;
    this.#scalars = scalars;
    this.#pick = pick;
  }

  operation(): GeneratedOperation {
    const selection = this.#selection(this.#schema.getQueryType() as GraphQLNamedType, 0);
    const head = this.#definitions.length === 0 ? 'query' : `query (${this.#definitions.join(', ')})`;
    return { query: `${head} ${selection} ${this.#fragments.join(' ')}`, variables: this.#variables };
  }

  #selection(type: GraphQLNamedType, depth: number): string {
    const parts = Array.from({ length: this.#count(1, 4) }, () => this.#part(type, depth));
    return `{ ${parts.join(' ')} }`;
  }

  #part(type: GraphQLNamedType, depth: number): string {
    const kind = this.#count(0, 9);
    if (kind === 0) return this.#directed('__typename');
    if (kind === 1) return this.#inline(type, depth);
    if (kind === 2) return this.#spread(type, depth);
    return this.#field(type, depth);
  }

  #inline(type: GraphQLNamedType, depth: number): string {
    const on = this.#oneOf([type, ...this.#related(type)]);
    return `${this.#directed(`... on ${on.name}`)} ${this.#selection(on, depth + 1)}`;
  }

  #spread(type: GraphQLNamedType, depth: number): string {
    const known = this.#spreadable.filter(({ on }) => on === type.name);
    if (known.length > 0 && this.#chance(2)) return this.#directed(`...${this.#oneOf(known).name}`);
    const body = this.#selection(type, depth + 1);
    const name = `F${this.#fragments.length}`;
    this.#fragments.push(`fragment ${name} on ${type.name} ${body}`);
    this.#spreadable.push({ name, on: type.name });
    return this.#directed(`...${name}`);
  }

  #field(type: GraphQLNamedType, depth: number): string {
    const all = isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : [];
    const leaves = all.filter(({ type: ofField }) => !isCompositeType(getNamedType(ofField)));
    const fields = depth >= MAX_DEPTH ? leaves : all;
    if (fields.length === 0) return '__typename';
    const field = this.#oneOf(fields);
    const named = getNamedType(field.type);
    const alias = this.#chance(4) ? `${this.#oneOf(['a', 'b', 'then', 'constructor'])}: ` : '';
    const text = this.#directed(`${alias}${field.name}${this.#arguments(field.args)}`);
    return isCompositeType(named) ? `${text} ${this.#selection(named, depth + 1)}` : text;
  }

  #arguments(definitions: readonly GraphQLArgument[]): string {
    const given = definitions.flatMap(({ name, type, defaultValue }) => {
      const isRequired = isNonNullType(type) && defaultValue === undefined;
      if (!isRequired && this.#chance(2)) return [];
      return `${name}: ${this.#chance(2) ? this.#variable(type) : literal(this.#value(type, 0), type)}`;
    });
    return given.length === 0 ? '' : `(${given.join(', ')})`;
  }

  /** A variable of this type: given, missing, null, or with a default. */
  #variable(type: GraphQLInputType): string {
    const name = `v${this.#definitions.length}`;
    const hasDefault = !isNonNullType(type) && this.#chance(3);
    this.#definitions.push(`$${name}: ${type}${hasDefault ? ` = ${literal(this.#value(type, 0), type)}` : ''}`);
    if (isNonNullType(type) || !this.#chance(4)) this.#variables[name] = this.#value(type, 0);
    return `$${name}`;
  }

  #directed(text: string): string {
    if (!this.#chance(5)) return text;
    const condition = this.#chance(2) ? this.#condition() : String(this.#chance(2));
    return `${text} @${this.#oneOf(['skip', 'include'])}(if: ${condition})`;
  }

  #condition(): string {
    const name = `c${this.#count(0, 3)}`;
    if (!Object.hasOwn(this.#variables, name)) {
      this.#definitions.push(`$${name}: Boolean!`);
      this.#variables[name] = this.#chance(2);
    }
    return `$${name}`;
  }

  #value(type: GraphQLInputType, depth: number): unknown {
    if (isNonNullType(type)) return this.#value(type.ofType, depth);
    if (this.#chance(6)) return null;
    if (isListType(type)) {
      return Array.from({ length: this.#count(0, 3) }, () => this.#value(type.ofType, depth));
    }
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields()).filter(() => this.#chance(4));
      return Object.fromEntries(fields.map((field) => [field.name, this.#value(field.type, depth + 1)]));
    }
    const values = isEnumType(type) ? type.getValues().map(({ name }) => name) : (this.#scalars[type.name] ?? []);
    return this.#oneOf(values);
  }

  #related(type: GraphQLNamedType): readonly GraphQLNamedType[] {
    if (isInterfaceType(type)) return this.#schema.getPossibleTypes(type);
    return isObjectType(type) ? type.getInterfaces() : [];
  }

  #count(min: number, max: number): number {
    return this.#pick(fc.integer, { min, max });
  }

  /** True once in so many times. */
  #chance(times: number): boolean {
    return this.#count(1, times) === times;
  }

  #oneOf<Value>(values: readonly Value[]): Value {
    return values[this.#count(0, values.length - 1)] as Value;
  }
}

/** A JSON value as it stands in a document. */
function literal(value: unknown, type: GraphQLInputType): string {
  if (value === null) return 'null';
  if (isNonNullType(type)) return literal(value, type.ofType);
  if (isListType(type)) return `[${(value as unknown[]).map((item) => literal(item, type.ofType)).join(', ')}]`;
  if (isInputObjectType(type)) {
    const fields = type.getFields();
    const parts = Object.entries(value as object).map(
      ([name, item]) => `${name}: ${literal(item, fields[name]?.type as GraphQLInputType)}`,
    );
    return `{ ${parts.join(', ')} }`;
  }
  return isEnumType(type) ? String(value) : scalarLiteral(value);
}

function scalarLiteral(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{ ${Object.entries(value)
    .map(([name, item]) => `${name}: ${scalarLiteral(item)}`)
    .join(', ')} }`;
}
