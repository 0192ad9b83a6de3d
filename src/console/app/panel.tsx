/** A page of the console: its heading with controls beside it, and a part that scrolls. */
import type { ReactNode } from 'react';

interface PanelProps {
  readonly heading: string;
  /** What stands beside the heading. */
  readonly controls?: ReactNode;
  /** The result of the last decision; left out where nothing is decided. */
  readonly answer?: string;
  /** What stands above the part that scrolls. */
  readonly above?: ReactNode;
  /** The accessible name of the part that scrolls, and a class of its own. */
  readonly list: string;
  readonly listClass?: string;
  /** Why nothing, or nothing newer, can be shown; null: it can. */
  readonly error: string | null;
  readonly children: ReactNode;
  /** A dialog, when one is open. */
  readonly dialog?: ReactNode;
}

export function Panel({ heading, controls, answer, above, list, listClass, error, children, dialog }: PanelProps) {
  return (
    <section aria-label={heading} className="panel">
      <div className="panel-bar">
        <h2>{heading}</h2>
        {controls}
      </div>
      {answer !== undefined && (
        <p className="answer answers" role="status">
          {answer}
        </p>
      )}
      {above}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <section className={listClass === undefined ? 'scroll' : `scroll ${listClass}`} aria-label={list} tabIndex={0}>
        {error !== null && (
          <p className="notice" role="alert">
            {error}
          </p>
        )}
        {children}
      </section>
      {dialog}
    </section>
  );
}
