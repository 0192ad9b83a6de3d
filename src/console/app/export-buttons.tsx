/** The buttons of an export, how far it has come, and the button that stops it. */
import { useEffect, useRef, useState } from 'react';

/** A kind of file. */
export type Format = 'csv' | 'json';

/** The most rows of one file. */
const MOST = 20_000;

/** A page of what is exported. */
export interface ExportPage<Row> {
  readonly rows: readonly Row[];
  /** Where the next page starts; null: there is none. */
  readonly next: string | null;
}

/** Everything that was read. */
export interface Exported<Row> {
  readonly readAt: string;
  readonly rows: readonly Row[];
  /** False when there are more than one file takes. */
  readonly isComplete: boolean;
}

interface ExportButtonsProps<Row> {
  /** Reads a page; null: the first. */
  readonly read: (after: string | null) => Promise<ExportPage<Row>>;
  /** Saves the file. */
  readonly save: (format: Format, exported: Exported<Row>) => void;
  /** What the rows are called, in the plural. */
  readonly rowsName: string;
}

export function ExportButtons<Row>({ read, save, rowsName }: ExportButtonsProps<Row>) {
  const [progress, setProgress] = useState<string | null>(null);
  const [running, setRunning] = useState<AbortController | null>(null);
  const latest = useRef<AbortController | null>(null);
  useEffect(() => () => latest.current?.abort(), []);

  const start = async (format: Format): Promise<void> => {
    const reading = new AbortController();
    latest.current = reading;
    setRunning(reading);
    setProgress('Reading');
    try {
      const exported = await readAll(read, reading.signal, (count) =>
        setProgress(`Reading: ${count.toLocaleString()}`),
      );
      if (reading.signal.aborted) return;
      save(format, exported);
      const count = `${exported.rows.length.toLocaleString()} ${rowsName}`;
      end(exported.isComplete ? `Saved ${count}` : `Saved the first ${count}: set a date to save others`);
    } catch (error) {
      if (!reading.signal.aborted) end(error instanceof Error ? error.message : String(error));
    }
  };
  const end = (result: string): void => {
    setRunning(null);
    setProgress(result);
  };
  const stop = (): void => {
    running?.abort();
    end('Stopped: nothing was saved');
  };
  return (
    <span className="export">
      <span role="status" className="quiet small">
        {progress}
      </span>
      {running !== null ? (
        <button type="button" onClick={stop}>
          Stop
        </button>
      ) : (
        (['csv', 'json'] as const).map((format) => (
          <button
            key={format}
            type="button"
            className="plain"
            onClick={() => void start(format)}
            aria-label={`Export as ${format.toUpperCase()}`}
          >
            {format.toUpperCase()}
          </button>
        ))
      )}
    </span>
  );
}

async function readAll<Row>(
  read: ExportButtonsProps<Row>['read'],
  signal: AbortSignal,
  progress: (rows: number) => void,
): Promise<Exported<Row>> {
  const readAt = new Date().toISOString();
  const rows: Row[] = [];
  for (let after: string | null = null; ; ) {
    const page: ExportPage<Row> = await read(after);
    if (signal.aborted) return { readAt, rows, isComplete: false };
    rows.push(...page.rows);
    progress(rows.length);
    after = page.next;
    if (after === null || rows.length >= MOST) return { readAt, rows, isComplete: after === null };
  }
}
