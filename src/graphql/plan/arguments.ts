/** The arguments of a field: what the document says is read once, what variables say at each execution. */
import {
  type ArgumentNode,
  type FieldNode,
  type GraphQLArgument,
  type GraphQLField,
  getArgumentValues,
  isNonNullType,
  Kind,
  type ValueNode,
  valueFromAST,
  visit,
} from 'graphql';
import type { Variables } from '../variables.ts';
import { GIVE_UP } from './give-up.ts';

/** A field's arguments by name. */
export type Arguments = Readonly<Record<string, unknown>>;

/** Gives a field's arguments for coerced variables. */
export type ReadArguments = (variables: Variables) => Arguments;

const NONE: Arguments = Object.freeze({});

interface FromVariable {
  readonly name: string;
  readonly variable: string;
  readonly definition: GraphQLArgument;
}

/** Makes the reader of a field's arguments. Throws where the document is not valid. */
export function argumentsReader(field: GraphQLField<unknown, unknown>, node: FieldNode): ReadArguments {
  if (field.args.length === 0) return () => NONE;
  const fixed: Record<string, unknown> = {};
  const fromVariables: FromVariable[] = [];
  for (const definition of field.args) {
    const { name } = definition;
    const value = node.arguments?.find((argument: ArgumentNode) => argument.name.value === name)?.value;
    if (value === undefined) setDefault(fixed, definition);
    else if (value.kind === Kind.VARIABLE) fromVariables.push({ name, variable: value.name.value, definition });
    // A list or an object with variables inside.
    else if (hasVariable(value)) return (variables) => getArgumentValues(field, node, variables);
    else fixed[name] = known(valueFromAST(value, definition.type));
  }
  return (variables) => {
    const values = { ...fixed };
    for (const { name, variable, definition } of fromVariables) {
      if (!Object.hasOwn(variables, variable)) setDefault(values, definition);
      else if (variables[variable] === null && isNonNullType(definition.type)) throw GIVE_UP;
      else values[name] = known(variables[variable]);
    }
    return values;
  };
}

function setDefault(values: Record<string, unknown>, { name, defaultValue, type }: GraphQLArgument): void {
  if (defaultValue !== undefined) values[name] = defaultValue;
  else if (isNonNullType(type)) throw GIVE_UP;
}

function known(value: unknown): unknown {
  if (value === undefined) throw GIVE_UP;
  return value;
}

function hasVariable(value: ValueNode): boolean {
  let isFound = false;
  visit(value, {
    Variable: () => {
      isFound = true;
    },
  });
  return isFound;
}
