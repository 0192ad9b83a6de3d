/**
 * Keeps the feed's place at the head of the journal: reads on when the notifier says that the journal has grown, checks on its own from
 * time to time, and checks each time that the journal still holds the place.
 */
import type { KycUpdate } from '../domain/update.ts';
import type { Head, Journal } from '../journal/journal.ts';
import type { Delivery } from './delivery.ts';
import { holdsPlace, sameDigest } from './place.ts';
import { type Scheduler, sleep } from './scheduler.ts';

/** How many entries the feed itself reads at once, to notify cursors of them. */
const PAGE = 100;

/** How long notifications gather while there are no subscribers, in milliseconds: one look at the head covers all of them. */
const ALONE_MS = 20;

/** The pause after a notification of more than the journal holds, in milliseconds, so that a flood of them costs one read per pause. */
const FALSE_HINT_MS = 20;

/** The pause between two looks that others request, in milliseconds. */
const LOOK_PAUSE_MS = 50;

/** How many places that were left without a check are kept for the next look; then the latest replaces the one before. */
const MAX_UNCHECKED = 8;

/** Reads the journal for the feed. */
export class JournalWatch {
  readonly #journal: Journal;
  readonly #delivery: Delivery;
  readonly #scheduler: Scheduler;
  /** Places that were left without a check, because there were no subscribers. */
  #unchecked: readonly Head[] = [];
  /** The last position that is said to exist. */
  #hinted = 0;
  #catchingUp: Promise<void> | null = null;
  #checking: Promise<void> | null = null;
  #isLookPaused = false;
  #isLookAsked = false;
  #isStopped = false;

  constructor(delivery: Delivery) {
    this.#delivery = delivery;
    this.#journal = delivery.state.journal;
    this.#scheduler = delivery.state.scheduler;
  }

  /** Stops reading. */
  stop(): void {
    this.#isStopped = true;
  }

  /** Without subscribers, the place moves to a commit of ours that does not follow it: the next look checks the old place. */
  leaveUnchecked(): void {
    this.#unchecked = [...this.#unchecked.slice(0, MAX_UNCHECKED - 1), this.#delivery.place];
  }

  /** The journal does not hold the feed's place, but `place`. */
  replaced(place: Head): void {
    this.#unchecked = [];
    this.#hinted = 0;
    this.#delivery.replaced(place);
  }

  /** Notifications are not trusted: they may be wrong, late, repeated, or not a number. */
  notified(hint: unknown): void {
    if (this.#isStopped) return;
    if (!Number.isSafeInteger(hint)) this.lookSoon();
    else if ((hint as number) > this.#delivery.place.position) {
      this.#hinted = Math.max(this.#hinted, hint as number);
      this.#catchingUp ??= this.#catchUp();
    }
  }

  /** Looks at once, and then once more for all requests that arrived during that look or the pause. */
  lookSoon(): void {
    if (this.#isLookPaused || this.#checking !== null) {
      this.#isLookAsked = true;
      return;
    }
    this.#isLookPaused = true;
    this.#isLookAsked = false;
    this.look();
    this.#scheduler.after(LOOK_PAUSE_MS, () => {
      this.#isLookPaused = false;
      if (this.#isLookAsked) this.lookSoon();
    });
  }

  /** Reads the head. When that works, cursors that could not read before try again. */
  look(): void {
    if (!this.#isStopped) this.#checking ??= this.#checkHead();
  }

  async #checkHead(): Promise<void> {
    try {
      const unchecked = this.#unchecked;
      const places = unchecked.length > 0 ? unchecked : [this.#delivery.place];
      const replacements = this.#delivery.replacements;
      const check = ++this.#delivery.state.checksBegun;
      const head = await this.#journal.head();
      const isHeld = await this.#areHeld(places, head);
      if (isHeld && unchecked.length === 0)
        this.#delivery.state.checkPassed = Math.max(this.#delivery.state.checkPassed, check);
      if (replacements === this.#delivery.replacements) {
        if (!isHeld) this.replaced(await this.#journal.head());
        else this.#unchecked = this.#unchecked.filter((place) => !unchecked.includes(place));
      }
      this.notified(head.position);
      this.#delivery.retryReads();
    } catch {
      // The journal is unavailable: the next poll tries again.
    } finally {
      this.#checking = null;
      if (this.#isLookAsked && !this.#isLookPaused && !this.#isStopped) this.lookSoon();
    }
  }

  async #areHeld(places: readonly Head[], head: Head): Promise<boolean> {
    for (const place of places) if (!(await this.#isHeld(place, head))) return false;
    return true;
  }

  /** Whether a place is part of the chain of a head that was read after it. */
  #isHeld(place: Head, head: Head): boolean | Promise<boolean> {
    if (head.position < place.position) return false;
    if (head.position === place.position && place.position > 0) return sameDigest(head.digest, place.digest);
    return holdsPlace(this.#journal, place);
  }

  async #catchUp(): Promise<void> {
    try {
      while (this.#delivery.place.position < this.#hinted && !this.#isStopped) {
        if (!this.#delivery.isAlone) await this.#readPage();
        else {
          await sleep(this.#scheduler, ALONE_MS);
          if (this.#delivery.isAlone) await this.#jumpToHead();
        }
      }
    } catch {
      // The journal is unavailable: the next notification or poll tries again from the same place.
    } finally {
      this.#catchingUp = null;
    }
  }

  /** Reads the entry at our place again with those after it, and notifies cursors of them. */
  async #readPage(): Promise<void> {
    const [place, invalidations] = [this.#delivery.place, this.#delivery.invalidations];
    const check = ++this.#delivery.state.checksBegun;
    const from = Math.max(0, place.position - 1);
    const rows = await this.#journal.entriesAfter(from, PAGE + 1);
    const isThere = rows[0]?.position === place.position;
    // Erased content, and the beginning of the journal, are no update: their digest has to be read separately.
    const isHeld = isThere
      ? sameDigest((rows[0] as KycUpdate).digest, place.digest)
      : await holdsPlace(this.#journal, place);
    if (!isHeld) {
      const head = await this.#journal.head();
      if (this.#delivery.place === place) this.replaced(head);
      return;
    }
    this.#delivery.state.checkPassed = Math.max(this.#delivery.state.checkPassed, check);
    const updates = isThere ? rows.slice(1) : rows;
    if (updates.length === 0) await this.#passErasures(place);
    else if (this.#delivery.place === place && this.#delivery.invalidations === invalidations)
      this.#delivery.wake(updates);
  }

  /** There is no update after our place: the entries there were erased, or a notification was wrong. */
  async #passErasures(place: Head): Promise<void> {
    const hinted = this.#hinted;
    // In this order, so that whatever is committed in between is read.
    const head = await this.#journal.head();
    if ((await this.#journal.entriesAfter(place.position, 1)).length > 0 || this.#delivery.place !== place) return;
    if (head.position > place.position) {
      this.#delivery.invalidate();
      this.#delivery.place = head;
    }
    if (this.#hinted !== hinted) return;
    this.#hinted = this.#delivery.place.position;
    if (hinted > head.position) await sleep(this.#scheduler, FALSE_HINT_MS);
  }

  /** There are no subscribers: goes to the head without reading what is in between. The next subscriber reads the journal first. */
  async #jumpToHead(): Promise<void> {
    const [place, hinted] = [this.#delivery.place, this.#hinted];
    const head = await this.#journal.head();
    const isHeld = await this.#isHeld(place, head);
    // A subscriber came in the meantime, and may have read before that head was committed.
    if (!this.#delivery.isAlone || this.#delivery.place !== place) return;
    if (!isHeld) this.replaced(await this.#journal.head());
    else if (head.position > place.position) this.#delivery.advanceTo(head);
    if (this.#hinted === hinted) this.#hinted = this.#delivery.place.position;
  }
}
