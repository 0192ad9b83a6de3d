/** The audit of what people do: an operation as the audit log has it, and whose data it opened. */
import {
  type ExecutionResult,
  type FieldNode,
  type GraphQLSchema,
  getArgumentValues,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import type { Viewer } from '../access/viewer.ts';
import type { AuditedOperation, EndAudit } from '../audit/recorder.ts';
import { KycError } from '../errors.ts';
import { MAX_AUDITED_CUSTOMERS } from '../journal/audit-log.ts';
import type { OperationContext } from './context.ts';
import type { MeasuredOperation } from './measure.ts';
import { codesOf } from './observe.ts';

/** Begins the entry of an operation. Rejects with `JOURNAL_UNAVAILABLE` when it must not be executed. */
export type BeginAudit = (operation: AuditedOperation) => Promise<EndAudit>;

/** Root fields of one entry. An operation's aliases are limited; a document of many different fields is not written out. */
const MAX_FIELDS = 50;

/**
 * Notes whose data an operation is about to show. Nothing is noted for services and customers. Throws `BAD_USER_INPUT` when they are more
 * than an entry has: what is not recorded is not shown.
 */
export function noteOpened(context: Opening, customerIds: Iterable<string | null | undefined>): void {
  noteChanged(context, customerIds);
  if ((context.opened?.size ?? 0) <= MAX_AUDITED_CUSTOMERS) return;
  const message = `The operation opens more than ${MAX_AUDITED_CUSTOMERS} customers, the most that the audit log records of one. Ask several times.`;
  throw new KycError('BAD_USER_INPUT', message);
}

/** Notes whose data an operation has changed. */
export function noteChanged({ opened }: Opening, customerIds: Iterable<string | null | undefined>): void {
  if (opened === undefined) return;
  for (const customerId of customerIds) if (customerId != null) opened.add(customerId);
}

type Opening = Pick<OperationContext, 'opened'>;

/**
 * Begins the entry of a person's operation; null for services, customers, and where nothing is audited. Throws as `noteOpened` does.
 */
export function beginAudit(
  begin: BeginAudit | undefined,
  schema: GraphQLSchema,
  measured: MeasuredOperation,
  context: OperationContext,
): Promise<EndAudit> | null {
  const { viewer, requestId } = context;
  if (begin === undefined || viewer?.person === undefined) return null;
  const operation = describe(schema, measured, viewer, requestId);
  noteOpened(context, operation.customerIds);
  return begin(operation);
}

/** Ends an entry with the result of its operation. */
export function endAudit(end: EndAudit | undefined, result: object, { opened }: OperationContext): void {
  end?.('cursor' in result ? [] : codesOf((result as ExecutionResult).errors), opened ?? []);
}

/** Runs an operation whose entry was begun, and ends the entry. */
export async function audited<Result extends object>(
  end: EndAudit,
  context: OperationContext,
  run: () => Result | Promise<Result>,
): Promise<Result> {
  try {
    const result = await run();
    endAudit(end, result, context);
    return result;
  } catch (error) {
    endAudit(end, { errors: [error] }, context);
    throw error;
  }
}

function describe(
  schema: GraphQLSchema,
  { document, operation, variables }: MeasuredOperation,
  { issuer, subject, person }: Viewer,
  requestId: string | undefined,
): AuditedOperation {
  const type = schema.getRootType(operation.operation);
  const fields = new Set<string>();
  const customerIds = new Set<string>();
  const spread = new Set<string>();
  const visit = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) note(selection);
      else if (selection.kind === Kind.INLINE_FRAGMENT) visit(selection.selectionSet);
      else if (!spread.has(selection.name.value)) {
        spread.add(selection.name.value);
        for (const node of document.definitions) {
          if (node.kind === Kind.FRAGMENT_DEFINITION && node.name.value === selection.name.value)
            visit(node.selectionSet);
        }
      }
    }
  };
  const note = (node: FieldNode): void => {
    if (fields.size < MAX_FIELDS) fields.add(node.name.value);
    const field = type?.getFields()[node.name.value];
    if (field === undefined) return;
    const { customerId, customerIds: several } = getArgumentValues(field, node, variables);
    for (const id of [customerId, ...(Array.isArray(several) ? several : [])]) {
      if (typeof id === 'string') customerIds.add(id);
    }
  };
  visit(operation.selectionSet);
  return {
    issuer: issuer ?? null,
    subject,
    name: person?.name ?? subject,
    type: operation.operation,
    operationName: operation.name?.value ?? null,
    fields: [...fields],
    requestId: requestId ?? null,
    customerIds: [...customerIds],
  };
}
