/** What no update announces, read every few seconds while the page is visible. */
import { useCallback, useEffect, useRef, useState } from 'react';

/** What was read last. */
export interface Polled<Data> {
  /** Null: not read yet. */
  readonly data: Data | null;
  /** Why the last read failed; null: it did not. */
  readonly error: string | null;
  /** Reads now. */
  readonly again: () => void;
}

/** Reads every `everyMs`, and again when the page becomes visible. `read` must be stable. */
export function usePolled<Data>(read: () => Promise<Data>, everyMs: number): Polled<Data> {
  const [data, setData] = useState<Data | null>(null);
  const [error, setError] = useState<string | null>(null);
  const latest = useRef(0);
  const again = useCallback((): void => {
    const reading = ++latest.current;
    read().then(
      (found) => {
        if (reading !== latest.current) return;
        setData(found);
        setError(null);
      },
      (failure: unknown) => {
        if (reading === latest.current) setError(failure instanceof Error ? failure.message : String(failure));
      },
    );
  }, [read]);
  useEffect(() => {
    const whenVisible = (): void => {
      if (document.visibilityState === 'visible') again();
    };
    again();
    const timer = setInterval(whenVisible, everyMs);
    document.addEventListener('visibilitychange', whenVisible);
    return () => {
      latest.current++;
      clearInterval(timer);
      document.removeEventListener('visibilitychange', whenVisible);
    };
  }, [again, everyMs]);
  return { data, error, again };
}
