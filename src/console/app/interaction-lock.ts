/** Whether the reader is at a list just now: a list that moves under a pointer or the keyboard can't be used. */
import { type RefObject, useEffect } from 'react';

/** Tells `hold` when the reader points at the element, is in it with the keyboard, or has scrolled it. */
export function useLooking(element: RefObject<HTMLElement | null>, hold: (isLooking: boolean) => void): void {
  useEffect(() => {
    const target = element.current;
    if (target === null) return;
    const done = new AbortController();
    const looking = { pointer: false, keyboard: false, scrolled: false };
    const on = <Name extends keyof HTMLElementEventMap>(
      name: Name,
      change: (event: HTMLElementEventMap[Name]) => Partial<typeof looking>,
    ): void => {
      const listener = (event: HTMLElementEventMap[Name]): void => {
        const before = Object.values(looking).includes(true);
        Object.assign(looking, change(event));
        const now = Object.values(looking).includes(true);
        if (now !== before) hold(now);
      };
      target.addEventListener(name, listener, { signal: done.signal, passive: true });
    };
    on('pointerenter', ({ pointerType }) => ({ pointer: pointerType === 'mouse' }));
    on('pointerleave', () => ({ pointer: false }));
    on('focusin', ({ target: focused }) => ({ keyboard: (focused as Element).matches(':focus-visible') }));
    on('focusout', () => ({ keyboard: false }));
    on('scroll', () => ({ scrolled: target.scrollTop > 8 }));
    return () => done.abort();
  }, [element, hold]);
}
