/** What one operation may request, the same over every transport. */
import type { GraphQLSchema } from 'graphql';
import { type Limits, limitsOf } from '../access/limits.ts';
import type { Viewer } from '../access/viewer.ts';
import { KycError } from '../errors.ts';
import { HttpError } from '../http/error-response.ts';
import { type MeasuredOperation, measureOperation, type OperationMeasure } from './measure.ts';

/** Who may query the schema itself. */
export type IntrospectionAccess = 'everyone' | 'admin';

/** The rules for one operation. */
export interface OperationPolicy {
  readonly limits: Limits;
  readonly introspection: IntrospectionAccess;
}

/**
 * Measures an operation. Throws `QUERY_TOO_COMPLEX` or, for the schema itself, `FORBIDDEN` when it requests more than it may.
 */
export function checkLimits(
  schema: GraphQLSchema,
  measured: MeasuredOperation,
  viewer: Viewer | null,
  { limits, introspection }: OperationPolicy,
): OperationMeasure {
  const measure = measureOperation(schema, measured);
  const { depth, aliases, cost, introspects } = measure;
  if (introspects && introspection === 'admin' && viewer?.mayAdmin !== true) {
    // Part of the operation is refused, not the caller: 400 over HTTP.
    throw new HttpError('FORBIDDEN', 'Introspection needs a token with the scope kyc:admin.', { status: 400 });
  }
  const ofViewer = limitsOf(limits, viewer);
  refuseOver('is too deep', depth, limits.depth);
  refuseOver('has too many aliases', aliases, ofViewer.aliases);
  refuseOver('costs too much', cost, ofViewer.cost);
  // graphql-js before 16.13 loses a variable of this name, and would execute something else than was measured.
  if (Object.hasOwn(measured.variables, '__proto__')) {
    throw new KycError('BAD_USER_INPUT', 'A variable cannot be named "__proto__". Rename it.');
  }
  return measure;
}

function refuseOver(what: string, value: number, limit: number): void {
  // Not `value > limit`: what is not a number is over every limit.
  if (value <= limit) return;
  throw new KycError('QUERY_TOO_COMPLEX', `The operation ${what}: ${value}, at most ${limit}. Request less at once.`);
}
