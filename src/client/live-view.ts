/** A view of a stream: shared by every component that shows it, and connected while at least one does. */

/** Changes a view. */
export type Show<View> = (change: (view: View) => View) => void;

/** A view of a stream: the same object until something changes. */
export class LiveView<View> {
  readonly #initial: View;
  readonly #follow: (show: Show<View>) => () => void;
  readonly #idle: () => void;
  readonly #listeners = new Set<() => void>();
  #stop: (() => void) | null = null;
  #view: View;

  /**
   * @param initial the view while nobody has asked for it.
   * @param follow connects, and returns how to disconnect. Called when the first listener comes.
   * @param idle called when the last listener has gone.
   */
  constructor(initial: View, follow: (show: Show<View>) => () => void, idle: () => void = () => {}) {
    this.#initial = this.#view = initial;
    this.#follow = follow;
    this.#idle = idle;
  }

  readonly view = (): View => this.#view;

  /** Calls `listener` after each change. Returns how to stop it. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    this.#stop ??= this.#follow((change) => {
      this.#view = change(this.#view);
      for (const notify of this.#listeners) notify();
    });
    return () => {
      this.#listeners.delete(listener);
      // The component may subscribe again at once: React's strict mode does so with every effect, and navigation with some.
      setTimeout(() => this.#closeIfUnused());
    };
  };

  #closeIfUnused(): void {
    if (this.#listeners.size > 0 || this.#stop === null) return;
    this.#stop();
    this.#stop = null;
    this.#view = this.#initial;
    this.#idle();
  }
}
