/** Global IDs (`Node.id`): what they name. */
import { globalId } from '../client/global-id.ts';
import { isCustomerId } from '../domain/kyc.ts';

/** A customer, as known now or at a moment (milliseconds since 1970), or one of their updates. */
export type NodeName =
  | { readonly type: 'Kyc'; readonly customerId: string; readonly asOf?: number | undefined }
  | { readonly type: 'KycUpdate'; readonly customerId: string; readonly revision: number };

/** The ID of an object. */
export function globalIdOf(name: NodeName): string {
  const { type, customerId } = name;
  if (type === 'KycUpdate') return globalId(`KycUpdate:${name.revision}:${customerId}`);
  return globalId(name.asOf === undefined ? `Kyc:${customerId}` : `Kyc@${name.asOf}:${customerId}`);
}

/** The longest ID: a customer ID of 256 characters, three bytes each, in base64. */
const MAX_LENGTH = 1_200;
const NAME = /^(?:Kyc|Kyc@(-?\d{1,16})|KycUpdate:([1-9]\d{0,8})):(.+)$/s;

/** What an ID names; null for text that is not one of our IDs. */
export function readGlobalId(id: string): NodeName | null {
  if (id.length > MAX_LENGTH) return null;
  const [, asOf, revision, customerId = ''] = NAME.exec(Buffer.from(id, 'base64url').toString()) ?? [];
  if (!isCustomerId(customerId)) return null;
  const name: NodeName =
    revision !== undefined
      ? { type: 'KycUpdate', customerId, revision: Number(revision) }
      : { type: 'Kyc', customerId, ...(asOf !== undefined && { asOf: Number(asOf) }) };
  // One object, one ID: decoding ignores what it does not understand.
  return globalIdOf(name) === id ? name : null;
}
