/** JSON from outside, cut to what a person can read, in a box that scrolls. */
import { previewJson } from './preview-json.ts';

export function Json({ value, label }: { value: unknown; label: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section aria-label={label} tabIndex={0} className="json">
      <pre>{previewJson(value)}</pre>
    </section>
  );
}
