/** A subscription whose root field is skipped has nothing to subscribe to: graphql-js fails on it with a `TypeError`. */
import {
  type DocumentNode,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  getDirectiveValues,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
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

function isIncluded(selection: SelectionNode, variables: Variables): boolean {
  if (selection.directives === undefined || selection.directives.length === 0) return true;
  const skip = getDirectiveValues(GraphQLSkipDirective, selection, variables);
  const include = getDirectiveValues(GraphQLIncludeDirective, selection, variables);
  return skip?.['if'] !== true && include?.['if'] !== false;
}
