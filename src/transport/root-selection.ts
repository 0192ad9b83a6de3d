/** What a subscription's root selects once its `@skip` and `@include` are evaluated. */
import {
  type FragmentDefinitionNode,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  getDirectiveValues,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Operation } from '../graphql/operation.ts';

/** Whether every root field is skipped. graphql-js 16 throws a `TypeError` for such a subscription. */
export function selectsNothing({ document, operation, variableValues }: Operation): boolean {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const isIncluded = (selection: SelectionNode): boolean =>
    getDirectiveValues(GraphQLSkipDirective, selection, variableValues)?.['if'] !== true &&
    getDirectiveValues(GraphQLIncludeDirective, selection, variableValues)?.['if'] !== false;
  // A validated document has no circles of fragments; one that is spread twice need not be looked at twice.
  const seen = new Set<string>();
  const hasField = ({ selections }: SelectionSetNode): boolean =>
    selections.some((selection) => {
      if (!isIncluded(selection)) return false;
      if (selection.kind === Kind.FIELD) return true;
      if (selection.kind === Kind.INLINE_FRAGMENT) return hasField(selection.selectionSet);
      const name = selection.name.value;
      const fragment = fragments.get(name);
      if (fragment === undefined || seen.has(name)) return false;
      seen.add(name);
      return hasField(fragment.selectionSet);
    });
  return !hasField(operation.selectionSet);
}
