/** An observable value: the minimum that `useSyncExternalStore` needs. */
import { useSyncExternalStore } from 'react';

/** Holds one immutable value. */
export class Store<Value> {
  #value: Value;
  readonly #listeners = new Set<() => void>();

  constructor(value: Value) {
    this.#value = value;
  }

  get = (): Value => this.#value;

  set(value: Value): void {
    this.#value = value;
    for (const listener of this.#listeners) listener();
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
}

/** The value of a store, in a component. */
export function useStore<Value>(store: Store<Value>): Value {
  return useSyncExternalStore(store.subscribe, store.get);
}

const seconds = new Store(Date.now());
const ticking = new Store(0);
let timer: ReturnType<typeof setInterval> | undefined;

/** The time, anew each second while somebody shows it. */
export function useNow(): number {
  return useSyncExternalStore(subscribeToClock, seconds.get);
}

function subscribeToClock(listener: () => void): () => void {
  const unsubscribe = seconds.subscribe(listener);
  ticking.set(ticking.get() + 1);
  timer ??= setInterval(() => seconds.set(Date.now()), 1_000);
  return () => {
    unsubscribe();
    ticking.set(ticking.get() - 1);
    if (ticking.get() > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}
