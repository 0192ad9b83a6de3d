/** Keeps a list still while somebody uses it: one that moves under the pointer or the keyboard is unusable. */
import { type RefObject, useEffect } from 'react';

/** Calls `onChange(true)` while the mouse is over the element, the keyboard is in it, or it is scrolled; `onChange(false)` after that. */
export function useInteractionLock(
  element: RefObject<HTMLElement | null>,
  onChange: (isLocked: boolean) => void,
): void {
  useEffect(() => {
    const target = element.current;
    if (target === null) return;
    const done = new AbortController();
    const reasons = { pointer: false, keyboard: false, scrolled: false };
    const on = <Name extends keyof HTMLElementEventMap>(
      name: Name,
      change: (event: HTMLElementEventMap[Name]) => Partial<typeof reasons>,
    ): void => {
      const listener = (event: HTMLElementEventMap[Name]): void => {
        const before = Object.values(reasons).includes(true);
        Object.assign(reasons, change(event));
        const now = Object.values(reasons).includes(true);
        if (now !== before) onChange(now);
      };
      target.addEventListener(name, listener, { signal: done.signal, passive: true });
    };
    on('pointerenter', ({ pointerType }) => ({ pointer: pointerType === 'mouse' }));
    on('pointerleave', () => ({ pointer: false }));
    on('focusin', ({ target: focused }) => ({ keyboard: (focused as Element).matches(':focus-visible') }));
    on('focusout', () => ({ keyboard: false }));
    on('scroll', () => ({ scrolled: target.scrollTop > 8 }));
    return () => done.abort();
  }, [element, onChange]);
}
