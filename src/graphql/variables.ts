/** The variables of an operation: coerced once, with one error at most, which echoes nothing that was sent. */
import {
  coerceInputValue,
  type GraphQLError,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  type OperationDefinitionNode,
  typeFromAST,
  valueFromAST,
} from 'graphql';
import { KycError } from '../errors.ts';

/** Variables by name. It has no prototype: a variable may be named `toString`. */
export type Variables = Readonly<Record<string, unknown>>;

/** How much of a client's name for a variable an error repeats, in characters. */
const MAX_NAME = 64;

/**
 * Coerces the variables that a client sent. Throws a `KycError` `BAD_USER_INPUT` at the first that is missing, of the wrong
 * type, or not declared.
 */
export function coerceVariables(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  given: Variables,
): Variables {
  const definitions = operation.variableDefinitions ?? [];
  refuseUndeclared(definitions, given);
  const coerced: Record<string, unknown> = Object.create(null);
  for (const definition of definitions) {
    const name = definition.variable.name.value;
    const type = typeFromAST(schema, definition.type);
    if (!isInputType(type)) throw invalid(name, [], 'its type is no input type');
    if (Object.hasOwn(given, name)) coerced[name] = coerceOne(name, given[name], type);
    else if (definition.defaultValue) coerced[name] = valueFromAST(definition.defaultValue, type);
    else if (isNonNullType(type)) throw invalid(name, [], `a value of type "${type}" is required`);
  }
  return coerced;
}

function refuseUndeclared(
  definitions: OperationDefinitionNode['variableDefinitions'] & object,
  given: Variables,
): void {
  for (const name in given) {
    if (!Object.hasOwn(given, name)) continue;
    if (definitions.some(({ variable }) => variable.name.value === name)) continue;
    const message = `The operation does not declare the variable "$${name.slice(0, MAX_NAME)}". Declare it, or do not send it.`;
    throw new KycError('BAD_USER_INPUT', message);
  }
}

function coerceOne(name: string, value: unknown, type: GraphQLInputType): unknown {
  return coerceInputValue(value, type, (path, _value, error) => {
    // Thrown, not collected: an input with 5,000 mistakes is reported as one.
    throw invalid(name, path, reasonOf(error, typeAt(type, path)));
  });
}

/** What is wrong, from the type and not from graphql's own message: that repeats the value and suggests names. */
function reasonOf(error: GraphQLError, type: GraphQLInputType | null): string {
  if (error.originalError instanceof KycError) return error.originalError.message.replace(/\.$/, '');
  if (type === null) return 'the value is not valid';
  const named = getNamedType(type);
  const field = /^Field "(.{1,64}).*" is not defined by type/s.exec(error.message)?.[1];
  if (field !== undefined && isInputObjectType(named)) return `type "${named.name}" has no field "${field}"`;
  if (/was not provided/.test(error.message)) return `a required field of type "${named}" is missing`;
  if (/not to be null/.test(error.message)) return `a value of type "${type}" must not be null`;
  return isEnumType(named) ? `expected a value of the enum "${named.name}"` : `expected a value of type "${type}"`;
}

/** The type of the value at `path` in a value of `type`. */
function typeAt(type: GraphQLInputType, path: readonly (string | number)[]): GraphQLInputType | null {
  let at: GraphQLInputType | undefined = type;
  for (const key of path) {
    const nullable: GraphQLInputType = getNullableType(at);
    if (typeof key === 'number') at = isListType(nullable) ? nullable.ofType : nullable;
    else at = isInputObjectType(nullable) ? nullable.getFields()[key]?.type : undefined;
    if (at === undefined) return null;
  }
  return at;
}

function invalid(name: string, path: readonly (string | number)[], reason: string): KycError {
  const place = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`)).join('');
  const shown = `${name}${place}`.slice(0, 2 * MAX_NAME);
  return new KycError('BAD_USER_INPUT', `Variable "$${shown}" is not valid: ${reason}.`);
}
