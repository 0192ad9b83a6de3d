/** A subscription whose root field is skipped has nothing to subscribe to: graphql-js fails on it with a `TypeError`. */
import {
  type ASTVisitor,
  type DefinitionNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  getDirectiveValues,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type ValidationContext,
} from 'graphql';
import { KycError } from '../errors.ts';
import type { Variables } from './variables.ts';

/** Throws `BAD_USER_INPUT` for a subscription whose root field `@skip` or `@include` leaves out. */
export function checkRootField(document: DocumentNode, operation: OperationDefinitionNode, variables: Variables): void {
  if (operation.operation !== 'subscription') return;
  // A fragment that is spread twice is looked at once.
  const seen = new Set<string>();
  const hasField = (selections: readonly SelectionNode[]): boolean =>
    selections.some((selection) => {
      if (!isIncluded(selection, variables)) return false;
      if (selection.kind === Kind.FIELD) return true;
      if (selection.kind === Kind.INLINE_FRAGMENT) return hasField(selection.selectionSet.selections);
      if (seen.has(selection.name.value)) return false;
      seen.add(selection.name.value);
      const fragment = document.definitions.find(
        (node) => node.kind === Kind.FRAGMENT_DEFINITION && node.name.value === selection.name.value,
      );
      return fragment?.kind === Kind.FRAGMENT_DEFINITION && hasField(fragment.selectionSet.selections);
    });
  if (hasField(operation.selectionSet.selections)) return;
  throw new KycError('BAD_USER_INPUT', "@skip or @include leaves out the subscription's only field. Remove it.");
}

/** Whether `@skip` and `@include` leave a selection in. */
export function isIncluded(selection: SelectionNode, variables: Variables): boolean {
  if (selection.directives === undefined || selection.directives.length === 0) return true;
  const skip = getDirectiveValues(GraphQLSkipDirective, selection, variables);
  const include = getDirectiveValues(GraphQLIncludeDirective, selection, variables);
  return skip?.['if'] !== true && include?.['if'] !== false;
}

/**
 * Refuses a subscription whose root field depends on a variable. graphql-js 16 throws at it in the middle of validating, which Apollo
 * Server answers with 500; this rule comes before, at the document, and ends the validation: it reports one error more than is wanted.
 */
export function conditionalRootFieldRule(context: ValidationContext): ASTVisitor {
  const root = context.getSchema().getSubscriptionType()?.name;
  const isOfRoot = (node: DefinitionNode): node is OperationDefinitionNode | FragmentDefinitionNode =>
    node.kind === Kind.OPERATION_DEFINITION
      ? node.operation === 'subscription'
      : node.kind === Kind.FRAGMENT_DEFINITION && node.typeCondition.name.value === root;
  return {
    Document({ definitions }) {
      if (!definitions.filter(isOfRoot).some(({ selectionSet }) => selectionSet.selections.some(isConditional))) return;
      const error = new GraphQLError("The @skip or @include of a subscription's only field takes no variable.");
      context.reportError(error);
      context.reportError(error);
    },
  };
}

function isConditional(selection: SelectionNode): boolean {
  const takesVariable = selection.directives?.some(
    (directive) => directive.arguments?.some(({ value }) => value.kind === Kind.VARIABLE) === true,
  );
  if (takesVariable === true) return true;
  return selection.kind === Kind.INLINE_FRAGMENT && selection.selectionSet.selections.some(isConditional);
}
