/**
 * Federation's `@authenticated` and `@requiresScopes` on the subgraph: a router that checks tokens itself refuses early what the gateway would. They
 * say what the descriptions say, and replace nothing: the gateway checks every operation.
 */
import { type ConstDirectiveNode, type DefinitionNode, type FieldDefinitionNode, Kind, parse, print } from 'graphql';

const ROOTS: ReadonlySet<string> = new Set(['Query', 'Mutation', 'Subscription']);
const NEEDED = /needs\s+the\s+scope\s+`(kyc:\w+)`/i;

/** `kyc:admin` includes `kyc:read`: either will do. */
const DIRECTIVES: Readonly<Record<string, string>> = {
  'kyc:read': '@requiresScopes(scopes: [["kyc:read"], ["kyc:admin"]])',
  'kyc:admin': '@requiresScopes(scopes: [["kyc:admin"]])',
};

/** The SDL with a directive on each root field: the scope that its description, or its type's, names; else `@authenticated`. */
export function withAuthDirectives(typeDefs: string): string {
  const document = parse(typeDefs, { noLocation: true });
  return print({ ...document, definitions: document.definitions.map(withAuth) });
}

function withAuth(node: DefinitionNode): DefinitionNode {
  if (node.kind !== Kind.OBJECT_TYPE_DEFINITION || !ROOTS.has(node.name.value)) return node;
  const ofType = NEEDED.exec(node.description?.value ?? '')?.[1];
  const fields = (node.fields ?? []).map((field) => {
    const scope = NEEDED.exec(field.description?.value ?? '')?.[1] ?? ofType;
    return { ...field, directives: [...(field.directives ?? []), directive(scope)] };
  });
  return { ...node, fields };
}

function directive(scope: string | undefined): ConstDirectiveNode {
  const text = scope === undefined ? '@authenticated' : DIRECTIVES[scope];
  if (text === undefined) throw new Error(`No directive is known for the scope ${scope}.`);
  const [definition] = parse(`type T { field: Int ${text} }`, { noLocation: true }).definitions;
  const [field] = (definition as { readonly fields?: readonly FieldDefinitionNode[] }).fields ?? [];
  return field?.directives?.[0] as ConstDirectiveNode;
}
