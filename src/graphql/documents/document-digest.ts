/** What a document says, apart from how it is written. */
import { type DocumentNode, Kind, print } from 'graphql';
import { sha256 } from './sha256.ts';

/** A digest of what a document says: formatting and the order of its fragments don't count. */
export function documentDigest({ definitions }: DocumentNode): string {
  const [operations, fragments] = [Kind.OPERATION_DEFINITION, Kind.FRAGMENT_DEFINITION].map((kind) =>
    definitions.filter((definition) => definition.kind === kind).map(print),
  );
  return sha256([...(operations ?? []), ...(fragments ?? []).sort()].join('\n'));
}
