/** A moment: when it was, with the zone, and how long ago. */
import { age, moment } from './labels.ts';
import { useNow } from './store.ts';

/** How old something is, with the moment itself on demand. */
export function Age({ iso }: { iso: string }) {
  return (
    <time className="age" dateTime={iso} title={moment(iso)}>
      {age(iso, useNow())}
    </time>
  );
}

/** The moment in the reader's time zone, and its age. */
export function Moment({ iso }: { iso: string }) {
  const ago = age(iso, useNow());
  return (
    <time dateTime={iso} title={iso}>
      {moment(iso)} <span className="quiet ago">{ago === 'now' ? 'just now' : `${ago} ago`}</span>
    </time>
  );
}
