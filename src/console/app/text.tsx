/** Text from outside, shown so that it cannot mislead: isolated in its direction, and with what is invisible made visible. */
import { useState } from 'react';
import { codePoint, isPlain, type Part, partsOf } from './suspicious.ts';

/** How much of a long text is shown at first. */
const SHORT = 600;
/** How many characters a warning names. */
const MOST_NAMED = 5;

/** An identifier: what cannot be seen, and what looks like another character, is marked. */
export function Id({ text }: { text: string }) {
  return <bdi className="id">{isPlain(text) ? text : <Parts parts={partsOf(text, { lookalikes: true })} />}</bdi>;
}

/** Prose or a name: what cannot be seen is marked. */
export function Shown({ text }: { text: string }) {
  return <bdi>{isPlain(text) ? text : <Parts parts={partsOf(text, { lookalikes: false })} />}</bdi>;
}

/** Text of any length: the beginning, and the rest on demand. */
export function Long({ text }: { text: string }) {
  const [isOpen, setOpen] = useState(false);
  if (text.length <= SHORT || isOpen) return <Shown text={text} />;
  return (
    <>
      <Shown text={`${text.slice(0, SHORT)}…`} />{' '}
      <button type="button" className="inline" onClick={() => setOpen(true)}>
        Show all {text.length.toLocaleString()} characters
      </button>
    </>
  );
}

/** Says what is remarkable about an identifier, for readers who cannot see a mark; null: nothing. */
export function warningOf(id: string): string | null {
  const odd = partsOf(id, { lookalikes: true }).filter(({ kind }) => kind !== 'plain');
  if (odd.length === 0) return null;
  const each = new Set(odd.slice(0, MOST_NAMED).map(describe));
  return `Check this ID carefully. It contains ${[...each].join(', ')}${odd.length > MOST_NAMED ? ' and more' : ''}.`;
}

function describe(part: Part): string {
  if (part.kind === 'lookalike') return `${codePoint(part.text)} (looks like “${part.looksLike}”)`;
  return part.text.trim() === '' && part.text.startsWith(' ')
    ? 'spaces that are easily overlooked'
    : `${codePoint(part.text)} (invisible)`;
}

function Parts({ parts }: { parts: readonly Part[] }) {
  return parts.map((part, index) => {
    if (part.kind === 'plain') return part.text;
    return part.kind === 'invisible' ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text never move
      <span key={index} className="odd" title="A character that cannot be seen">
        {codePoint(part.text)}
      </span>
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text never move
      <span key={index} className="lookalike" title={`${codePoint(part.text)}: not “${part.looksLike}”`}>
        {part.text}
      </span>
    );
  });
}
