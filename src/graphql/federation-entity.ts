/** The merchant's entity in a federated graph, as a setting or an option names it. */

/** The merchant's entity whose key is the customer's ID, and the field that it gets. */
export interface SubgraphEntity {
  /** The entity's type, for example `Customer`. */
  readonly entity: string;
  /** Its key field, which holds the customer's ID, for example `id`. */
  readonly key: string;
  /** The field to add, for example `kyc`. */
  readonly field: string;
  /** Whether the SDL has `@authenticated` and `@requiresScopes`, for routers that check tokens themselves. Default false. */
  readonly auth?: boolean;
}

const NAME = /^[A-Za-z_]\w{0,99}$/;

/** Reads `Customer:id:kyc`, or `Customer:id:kyc:auth` with directives for routers that check tokens. Null for any other form. */
export function readSubgraphEntity(text: string): SubgraphEntity | null {
  const [entity = '', key = '', field = '', ...rest] = text.split(':').map((part) => part.trim());
  const auth = rest.length === 1 && rest[0] === 'auth';
  const isValid =
    (auth || rest.length === 0) && [entity, key, field].every((name) => NAME.test(name) && !name.startsWith('__'));
  return isValid && key !== field && !/^Kyc/.test(entity) ? { entity, key, field, ...(auth && { auth }) } : null;
}
