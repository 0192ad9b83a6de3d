/** The manifest of trusted documents: read at start, on SIGHUP, and when the file has changed. */
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Logger } from 'pino';
import { messageOf } from '../errors.ts';
import { documentsIn } from '../graphql/documents/manifest.ts';
import { type TrustedDocumentStore, withHashes } from '../graphql/documents/trusted-documents.ts';
import { counted } from '../text/counted.ts';
import { FileWatch } from './file-watch.ts';

/** The largest manifest that is read, in bytes. */
export const MAX_MANIFEST_BYTES = 8 * 1024 * 1024;

/** Documents by ID. */
type Manifest = ReadonlyMap<string, string>;

/** Reads a manifest. Throws, naming the file and what is wrong with it. */
export function readManifest(path: string): Manifest {
  const text = readText(path);
  let manifest: unknown;
  try {
    manifest = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    throw new Error(`${path} is not JSON. Name a manifest of trusted documents.`);
  }
  try {
    return documentsIn(manifest);
  } catch (cause) {
    throw new Error(`${path}: ${messageOf(cause)}`, { cause });
  }
}

function readText(path: string): string {
  let file: number | undefined;
  try {
    // Opening a pipe would wait for its writer, and it could not be read again later.
    if (!statSync(path).isFile()) throw new Error('not a file');
    file = openSync(path, 'r');
    const { size } = fstatSync(file);
    if (size > MAX_MANIFEST_BYTES) throw new Error(`larger than ${MAX_MANIFEST_BYTES} bytes`);
    const buffer = Buffer.alloc(size);
    let length = 0;
    for (let read = -1; read !== 0 && length < size; length += read)
      read = readSync(file, buffer, length, size - length, length);
    return new TextDecoder('utf-8', { fatal: true }).decode(buffer.subarray(0, length));
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : messageOf(cause);
    throw new Error(`Cannot read ${path} (${reason}). Name a manifest that this user can read.`, { cause });
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** Documents that can be replaced while they are served. */
export class ReplaceableDocuments implements TrustedDocumentStore {
  #byId: ReadonlyMap<string, string>;

  constructor(documents: Manifest) {
    this.#byId = new Map(withHashes(documents));
  }

  get(id: string): string | undefined {
    return this.#byId.get(id);
  }

  replace(documents: Manifest): void {
    this.#byId = new Map(withHashes(documents));
  }
}

/** What re-reading needs. */
export interface ManifestReloadOptions {
  readonly path: string;
  /** What the file held at start. */
  readonly documents: Manifest;
  /** Called with what the file holds now. */
  readonly replace: (documents: Manifest) => void;
  readonly log: Logger;
  readonly pollMs?: number;
}

/** Re-reads a manifest until it is disposed. A file that can't be used is logged, and the documents in use stay. */
export class ManifestReload implements Disposable {
  readonly #options: ManifestReloadOptions;
  readonly #watch: FileWatch;
  #inUse: Manifest;
  #hasFailed = false;

  constructor(options: ManifestReloadOptions) {
    this.#options = options;
    const { path, documents, pollMs } = options;
    this.#inUse = documents;
    this.#logRead(documents);
    // The file may have changed since it was read at start; if it has not, there is nothing to do.
    const changed = () => this.#read((read) => !isDeepStrictEqual(read, this.#inUse));
    this.#watch = new FileWatch({ identity: () => identityOf(path), changed, pollMs });
  }

  /** Reads the file now. */
  reload(): void {
    this.#read(() => true);
  }

  #logRead(documents: Manifest): void {
    this.#options.log.info({ path: this.#options.path }, `Read ${counted(documents.size, 'trusted document')}`);
  }

  #read(isNews: (documents: Manifest) => boolean): void {
    const { path, replace, log } = this.#options;
    try {
      const documents = readManifest(path);
      if (!this.#hasFailed && !isNews(documents)) return;
      this.#hasFailed = false;
      replace(documents);
      this.#inUse = documents;
      this.#logRead(documents);
    } catch (error) {
      this.#hasFailed = true;
      log.error({ err: error, path }, 'The trusted documents cannot be used; those in use stay. Correct the file');
    }
  }

  [Symbol.dispose](): void {
    this.#watch[Symbol.dispose]();
  }
}

/** The content at a path, or why there is none. The path is resolved each time: Kubernetes swaps symbolic links. */
async function identityOf(path: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs } = await stat(path, { bigint: true });
    return [dev, ino, size, mtimeNs].join();
  } catch (error) {
    return messageOf(error);
  }
}
