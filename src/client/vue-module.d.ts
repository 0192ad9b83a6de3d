/** The parts of Vue that vue.ts uses: a clone does without Vue's 10 MB, and tests use the real one (tools/ci). Not in the package. */
declare module 'vue' {
  export interface ShallowRef<T> {
    value: T;
  }
  export type MaybeRefOrGetter<T> = T | { readonly value: T } | (() => T);
  export interface InjectionKey<_T> extends symbol {}
  export function shallowRef<T>(value: T): ShallowRef<T>;
  export function toValue<T>(source: MaybeRefOrGetter<T>): T;
  export function provide<T>(key: InjectionKey<T>, value: T): void;
  export function inject<T>(key: InjectionKey<T>, byDefault: null): T | null;
  export function getCurrentInstance(): object | null;
  export function onMounted(mounted: () => void): void;
  export function watchEffect(effect: (onCleanup: (cleanup: () => void) => void) => void): void;
}
