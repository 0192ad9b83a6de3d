/** The documents of this package's own client and console. A gateway that takes trusted documents only takes them as well. */
import { parse } from 'graphql';
import * as client from '../../client/documents.ts';
import { CONSOLE_DOCUMENTS } from '../generated/console-documents.ts';
import { documentDigest } from './document-digest.ts';

let known: ReadonlySet<string> | null = null;

/** Whether a text is one of them, however it is formatted. False for what can't be parsed. */
export function isOwnDocument(text: string, maxTokens: number): boolean {
  known ??= new Set([
    ...CONSOLE_DOCUMENTS,
    ...Object.values(client).map((document) => documentDigest(parse(document))),
  ]);
  try {
    return known.has(documentDigest(parse(text, { maxTokens, noLocation: true })));
  } catch {
    return false;
  }
}
