/** The gateway's rules for one operation in the application's own server, whatever parses and executes it there. */
import {
  type DocumentNode,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';
import { limitsOf } from '../access/limits.ts';
import { KycError } from '../errors.ts';
import type { OperationContext } from '../graphql/context.ts';
import type { Documents } from '../graphql/documents/documents.ts';
import { checkNotExpired, foreignOrigin } from '../graphql/gate.ts';
import { checkLimits, type OperationPolicy } from '../graphql/limits.ts';
import { measureOperation } from '../graphql/measure.ts';
import { asOperationError, operationError } from '../graphql/operation-error.ts';
import { checkRootField, conditionalRootFieldRule } from '../graphql/root-field.ts';
import { coerceVariables } from '../graphql/variables.ts';
import type { MaybePromise } from '../journal/maybe-promise.ts';

/** An operation that is about to be executed: the arguments of graphql-js' `execute` and `subscribe`. */
export interface EmbeddedOperation {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  readonly variableValues?: Readonly<Record<string, unknown>> | null | undefined;
  readonly contextValue?: unknown;
}

/**
 * Throws a `GraphQLError` with code and status for an operation that must not be executed: the token has expired, a mutation comes from
 * another site's page, or it requests more than its viewer may.
 */
export function checkOperation(given: EmbeddedOperation, context: OperationContext, policy: OperationPolicy): void {
  try {
    const { schema, document, operationName, variableValues } = given;
    const operation = getOperationAST(document, operationName);
    // The server itself refuses it.
    if (operation == null) return;
    checkNotExpired(context.viewer);
    if (operation.operation === 'mutation' && context.isForeignOrigin === true) throw foreignOrigin();
    const variables = coerceVariables(schema, operation, variableValues ?? {});
    checkLimits(schema, { document, operation, variables }, context.viewer, policy);
    checkRootField(document, operation, variables);
  } catch (error) {
    throw operationError(error);
  }
}

/** The limits of a subscription at its root field, for servers that call no hook before it, or one without the variables. */
export async function checkSubscription(
  info: GraphQLResolveInfo,
  { viewer }: OperationContext,
  { policy, documents }: { readonly policy: OperationPolicy; readonly documents: Documents },
): Promise<void> {
  const { schema, operation, fragments, variableValues } = info;
  await documents.checkTrusted(operation.loc?.source.body, viewer);
  const document = { kind: Kind.DOCUMENT, definitions: [operation, ...Object.values(fragments)] } as const;
  checkLimits(schema, { document, operation, variables: variableValues }, viewer, policy);
}

/** Throws `DOCUMENT_NOT_TRUSTED` for a document that the viewer may not send. */
export async function checkTrusted(
  { document }: EmbeddedOperation,
  { viewer }: OperationContext,
  documents: Documents,
): Promise<void> {
  try {
    await documents.checkTrusted(document.loc?.source.body, viewer);
  } catch (error) {
    throw operationError(error);
  }
}

/** The same without waiting: throws an ordinary error when the store of trusted documents answers with a promise. */
export function checkTrustedNow(
  { document }: EmbeddedOperation,
  { viewer }: OperationContext,
  documents: Documents,
): void {
  let checking: MaybePromise<void>;
  try {
    checking = documents.checkTrusted(document.loc?.source.body, viewer);
  } catch (error) {
    throw operationError(error);
  }
  if (!(checking instanceof Promise)) return;
  checking.catch(() => {});
  throw new Error(
    'trustedDocuments.get answered with a promise, and checkOperation cannot wait. Use a store that answers at once.',
  );
}

/**
 * A rule for servers that have no hook at which the variables are known. Arguments that are variables count as
 * nothing, and the limits are those of a service: this is the outer bound, and `checkOperation` the exact one.
 */
export function limitsRule({ limits }: OperationPolicy): ValidationRule {
  const { cost: maxCost, aliases: maxAliases } = limitsOf(limits, SERVICE);
  return (context: ValidationContext) => ({
    OperationDefinition(operation: OperationDefinitionNode) {
      const { depth, aliases, cost } = measureOperation(context.getSchema(), {
        document: context.getDocument(),
        operation,
        variables: {},
      });
      if (depth <= limits.depth && aliases <= maxAliases && cost <= maxCost) return;
      context.reportError(
        asOperationError(new KycError('QUERY_TOO_COMPLEX', 'The operation asks for too much. Request less at once.')),
      );
    },
  });
}

const SERVICE = { subject: '', customerId: null, mayRead: true, mayAdmin: false, expiresAt: null };

/** The rules for a server's `validationRules`. */
export function validationRules(policy: OperationPolicy): readonly ValidationRule[] {
  return [conditionalRootFieldRule, limitsRule(policy)];
}
