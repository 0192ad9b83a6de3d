/**
 * Watches that the database under a running journal still holds that journal, with every entry that was seen in it. Asked on each
 * new connection, each second on one that exists, and about each own commit.
 *
 * - Another journal ends writing permanently; missing tables make the journal unavailable until they are back.
 * - Entries that are gone or have another digest, in the very database where they were seen: somebody emptied, truncated or
 *   restored its tables under the server. That ends writing permanently.
 * - The same in another database (a failover to a standby that lags, a backup that was put in the place of the database) is a
 *   journal with an earlier state. Serving goes on, and the feed ends the cursors whose content is gone (see feed.ts).
 *
 * A database is known by its cluster, the cluster's timeline, which a promotion increases, and its OID.
 */
import type { ClientBase, Pool, PoolClient } from 'pg';
import { KycError } from '../../errors.ts';
import type { AppendOutcome, Head } from '../journal.ts';
import { checkedOut, rowsOf } from './query.ts';
import { named, READ } from './statements.ts';

const CHECK_MS = 1_000;

const SQL = named({
  // On a standby there is no timeline of its own: null.
  place: `select case when not pg_is_in_recovery() then (select system_identifier from pg_control_system())
    || '/' || left(pg_walfile_name(pg_current_wal_lsn()), 8)
    || '/' || (select oid from pg_database where datname = current_database()) end as place`,
  seen: `select (select value from journal_facts where name = 'journal_id') as id,
    (select digest from entries where position = $1) as digest,
    (select max(position) from entries) as position`,
});

type KnownHead = Pick<Head, 'position' | 'digest'>;

interface Seen {
  readonly id: Uint8Array | null;
  readonly digest: Uint8Array | null;
  readonly position: number | null;
}

/** The guard of one journal. */
export class IdentityGuard implements Disposable {
  readonly #onFault: (fault: Error) => void;
  #id: string | null = null;
  #place: string | null = null;
  /** The last entry that was seen. Position 0: none. */
  #head: KnownHead = { position: 0, digest: new Uint8Array() };
  #fault: KycError | null = null;
  #timer: NodeJS.Timeout | null = null;
  #isChecking = false;

  /** `onFault` is called at most once, with what was found. */
  constructor(onFault: (fault: Error) => void) {
    this.#onFault = onFault;
  }

  /** From now on, accepts only the journal with this ID and with this head in it. */
  async expect(id: string, head: Head | undefined, readers: Pool): Promise<void> {
    this.#id = id;
    if (head !== undefined) this.#head = head;
    this.#place = await placeOf(readers);
    this.#timer = setInterval(() => void this.#checkNow(readers), CHECK_MS).unref();
  }

  /** Throws `JOURNAL_UNAVAILABLE` once another journal was found. */
  requireSound(): void {
    if (this.#fault !== null) throw this.#fault;
  }

  /**
   * Runs a commit and answers with its outcomes. Rejects with `JOURNAL_UNAVAILABLE`, so that nothing of it is acknowledged, once a
   * fault was found, or when the commit did not come after the entries that were seen and those are gone.
   */
  async committed(commit: () => Promise<readonly AppendOutcome[]>, database: Pool): Promise<readonly AppendOutcome[]> {
    this.requireSound();
    const outcomes = await commit();
    const first = outcomes.find((outcome) => outcome.outcome === 'applied');
    const last = outcomes.findLast((outcome) => outcome.outcome === 'applied');
    if (first === undefined || last === undefined) return outcomes;
    if (first.update.position <= this.#head.position) await this.check(database);
    const { position, digest } = last.update;
    if (position > this.#head.position) this.#head = { position, digest };
    return outcomes;
  }

  /** Rejects with `JOURNAL_UNAVAILABLE` unless the expected journal is behind this connection. */
  async check(database: ClientBase | Pool): Promise<void> {
    this.requireSound();
    if (this.#id === null) return;
    if ('totalCount' in database) await checkedOut(database, (client) => this.#checkOn(client));
    else {
      await this.#checkOn(database);
      // A new connection may lead to a new primary that has all entries.
      this.#place = await placeOf(database);
    }
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer ?? undefined);
  }

  async #checkOn(client: ClientBase | PoolClient): Promise<void> {
    const expected = this.#head;
    const [seen] = await rowsOf<Seen & Record<string, unknown>>(client, SQL.seen, [expected.position]);
    const { id, digest, position } = seen as Seen;
    if (id === null || Buffer.from(id).toString('hex') !== this.#id) {
      const found = id === null ? 'no journal: its facts were deleted' : 'another journal';
      this.#fail(new Error(`The database holds ${found}; expected the journal ${this.#id}`));
    }
    if (expected.position > 0 && (digest === null || Buffer.compare(digest, expected.digest) !== 0)) {
      await this.#lost(client, expected, position ?? 0);
    }
    await this.#remember(client, position ?? 0);
  }

  /** The last entry that was seen is gone, or has another digest. */
  async #lost(client: ClientBase | PoolClient, expected: KnownHead, now: number): Promise<void> {
    const place = await placeOf(client);
    // Another connection has meanwhile found the same, and learned more.
    if (this.#head !== expected) return this.#checkOn(client);
    if (place !== null && place === this.#place) {
      const seen = expected.position;
      const what =
        now < seen ? `the journal ended at entry ${seen} and now ends at ${now}` : `entry ${seen} has other content`;
      this.#fail(new Error(`Entries were removed or replaced in the database of the running server: ${what}`));
    }
    this.#place = place;
    this.#head = { position: 0, digest: new Uint8Array() };
  }

  async #remember(client: ClientBase | PoolClient, position: number): Promise<void> {
    if (position <= this.#head.position) return;
    const [head] = await rowsOf<{ digest: Uint8Array }>(client, READ.digestAt, [position]);
    if (head !== undefined && position > this.#head.position) this.#head = { position, digest: head.digest };
  }

  async #checkNow(readers: Pool): Promise<void> {
    if (this.#isChecking) return;
    this.#isChecking = true;
    try {
      await this.check(readers);
    } catch {
      // Another journal was reported; the next user of the journal meets anything else.
    } finally {
      this.#isChecking = false;
    }
  }

  #fail(reason: Error): void {
    if (this.#fault === null) {
      this.#fault = new KycError(
        'JOURNAL_UNAVAILABLE',
        'The journal is unavailable: its database was replaced or emptied while the server ran. See the server log.',
        { cause: reason },
      );
      this[Symbol.dispose]();
      this.#onFault(reason);
    }
    throw this.#fault;
  }
}

/** Identifies the database of a session; null when that is unknown. */
async function placeOf(database: ClientBase | Pool): Promise<string | null> {
  const rows = await rowsOf<{ place: string | null }>(database, SQL.place).catch(() => []);
  return rows[0]?.place ?? null;
}
