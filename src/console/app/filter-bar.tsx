/** What a list is restricted to: each condition as a button that removes it, and the form to change them. */
import { type FormEvent, useId, useState } from 'react';
import type { Api } from './api.ts';
import { ExportList } from './export-list.tsx';
import { type Filter, NO_FILTER } from './filter.ts';
import { SOURCE_NAMES, SOURCES, STATUS_NAMES, STATUSES } from './labels.ts';
import { Glyph } from './marks.tsx';
import { restrict, route } from './route.ts';
import { useStore } from './store.ts';
import { Shown } from './text.tsx';

/** The conditions with two values, and what each value is called. */
const CHOICES = [
  ['reversal', 'Reversal', 'Reversals only', 'No reversals'],
  ['inDoubt', 'Doubt', 'In doubt', 'Not in doubt'],
  ['verified', 'Verified', 'Verified', 'Not verified'],
] as const;

interface FilterBarProps {
  readonly api: Api;
  /** Whether the list is one of updates: those also have a source. */
  readonly ofUpdates: boolean;
}

export function FilterBar({ api, ofUpdates }: FilterBarProps) {
  const { filter } = useStore(route);
  const [isOpen, setOpen] = useState(false);
  const form = useId();
  const conditions = conditionsOf(filter, ofUpdates);
  return (
    <>
      <div className="filters">
        <button type="button" aria-expanded={isOpen} aria-controls={form} onClick={() => setOpen(!isOpen)}>
          Filter
        </button>
        {conditions.map(({ name, text, without }) => (
          <button
            key={`${name} ${text}`}
            type="button"
            className="chip"
            aria-label={`Remove the filter ${name}: ${text}`}
            onClick={() => restrict(without)}
          >
            <span className="quiet">{name}</span> <Shown text={text} /> <span aria-hidden="true">×</span>
          </button>
        ))}
        {conditions.length > 1 && (
          <button type="button" className="plain" onClick={() => restrict(NO_FILTER)}>
            Clear all
          </button>
        )}
        <ExportList api={api} filter={filter} ofUpdates={ofUpdates} />
      </div>
      <div id={form} hidden={!isOpen}>
        {isOpen && <Conditions filter={filter} ofUpdates={ofUpdates} />}
      </div>
    </>
  );
}

interface Condition {
  readonly name: string;
  readonly text: string;
  readonly without: Partial<Filter>;
}

function conditionsOf(filter: Filter, ofUpdates: boolean): Condition[] {
  const { statuses, sources, from, to, prefix } = filter;
  return [
    ...statuses.map((status) => ({
      name: 'Status',
      text: STATUS_NAMES[status],
      without: { statuses: statuses.filter((one) => one !== status) },
    })),
    ...(ofUpdates ? sources : []).map((source) => ({
      name: 'Source',
      text: SOURCE_NAMES[source],
      without: { sources: sources.filter((one) => one !== source) },
    })),
    ...CHOICES.filter(([key]) => filter[key] !== null).map(([key, name, yes, no]) => ({
      name,
      text: filter[key] === true ? yes : no,
      without: { [key]: null },
    })),
    ...(from === null ? [] : [{ name: 'From', text: from, without: { from: null } }]),
    ...(to === null ? [] : [{ name: 'To', text: to, without: { to: null } }]),
    ...(prefix === '' ? [] : [{ name: 'ID begins with', text: prefix, without: { prefix: '' } }]),
  ];
}

interface ConditionsProps {
  readonly filter: Filter;
  readonly ofUpdates: boolean;
}

function Conditions({ filter, ofUpdates }: ConditionsProps) {
  const toggled = <Item,>(list: readonly Item[], item: Item): readonly Item[] =>
    list.includes(item) ? list.filter((one) => one !== item) : [...list, item];
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    restrict({ prefix: String(new FormData(event.currentTarget).get('prefix') ?? '') });
  };
  return (
    <form className="conditions" onSubmit={submit}>
      <fieldset>
        <legend>Status</legend>
        {STATUSES.map((status) => (
          <label key={status} className="check">
            <input
              type="checkbox"
              checked={filter.statuses.includes(status)}
              onChange={() => restrict({ statuses: toggled(filter.statuses, status) })}
            />
            <Glyph status={status} />
            {STATUS_NAMES[status]}
          </label>
        ))}
      </fieldset>
      {ofUpdates && (
        <fieldset>
          <legend>Source</legend>
          {SOURCES.map((source) => (
            <label key={source} className="check">
              <input
                type="checkbox"
                checked={filter.sources.includes(source)}
                onChange={() => restrict({ sources: toggled(filter.sources, source) })}
              />
              {SOURCE_NAMES[source]}
            </label>
          ))}
        </fieldset>
      )}
      {CHOICES.map(([key, name, yes, no]) => (
        <label key={key}>
          {name}
          <select
            value={filter[key] === null ? '' : String(filter[key])}
            onChange={({ target: { value } }) => restrict({ [key]: value === '' ? null : value === 'true' })}
          >
            <option value="">Any</option>
            <option value="true">{yes}</option>
            <option value="false">{no}</option>
          </select>
        </label>
      ))}
      <Days filter={filter} ofUpdates={ofUpdates} />
      <label>
        Customer ID begins with
        <input
          name="prefix"
          key={filter.prefix}
          defaultValue={filter.prefix}
          maxLength={256}
          spellCheck={false}
          autoComplete="off"
          onBlur={({ target: { value } }) => value !== filter.prefix && restrict({ prefix: value })}
        />
      </label>
    </form>
  );
}

function Days({ filter: { from, to }, ofUpdates }: ConditionsProps) {
  const what = ofUpdates ? 'Received' : 'Last changed';
  return (
    <>
      <label>
        {what} from
        <input
          type="date"
          value={from ?? ''}
          max={to ?? undefined}
          onChange={({ target: { value } }) => restrict({ from: value || null })}
        />
      </label>
      <label>
        {what} to
        <input
          type="date"
          value={to ?? ''}
          min={from ?? undefined}
          onChange={({ target: { value } }) => restrict({ to: value || null })}
        />
      </label>
    </>
  );
}
