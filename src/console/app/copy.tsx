/** Copies text, and says that it did. */
import { useEffect, useState } from 'react';

const SHOWN_MS = 2_000;

export function Copy({ text, children }: { text: string; children: string }) {
  const [answer, setAnswer] = useState<string | null>(null);
  useEffect(() => {
    if (answer === null) return;
    const timer = setTimeout(() => setAnswer(null), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [answer]);
  const copy = (): void => {
    copyText(text).then(
      () => setAnswer('Copied'),
      () => setAnswer('The browser does not allow it'),
    );
  };
  return (
    <>
      <button type="button" className="small" onClick={copy}>
        {answer ?? children}
      </button>
      <span className="hidden" role="status">
        {answer}
      </span>
    </>
  );
}

/** The clipboard's interface exists in secure contexts only; a console inside a company may be plain HTTP. */
async function copyText(text: string): Promise<void> {
  if (window.isSecureContext) return navigator.clipboard.writeText(text);
  const field = document.createElement('textarea');
  field.value = text;
  document.body.append(field);
  field.select();
  const isCopied = document.execCommand('copy');
  field.remove();
  if (!isCopied) throw new Error('Not copied.');
}
