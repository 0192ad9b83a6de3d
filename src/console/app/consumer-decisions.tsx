/** What can be decided about a named consumer and its dead letters. */
import { counted } from '../../text/counted.ts';
import type { Api } from './api.ts';
import type { Decision } from './decision-dialog.tsx';
import {
  type ConsumerFragment,
  DiscardConsumerDeadLettersDocument,
  PauseConsumerDocument,
  RemoveConsumerDocument,
  ReplayConsumerDeadLettersDocument,
  ResetConsumerDocument,
  ResumeConsumerDocument,
  SkipConsumerUpdateDocument,
} from './generated/operations.ts';
import { Id, Shown } from './text.tsx';

const BARE = { reason: 'none', hasEvidence: false } as const;

function About({ consumer }: { consumer: ConsumerFragment }) {
  return (
    <p className="about">
      <b>
        <Shown text={consumer.name} />
      </b>
      <span className="quiet">{counted(consumer.lagEntries, 'entry', 'entries')} behind</span>
    </p>
  );
}

/** Stops a consumer, or lets it go on. */
export function pausing(api: Api, consumer: ConsumerFragment): Decision {
  const { name } = consumer;
  const isRunning = consumer.state === 'RUNNING';
  return {
    ...BARE,
    title: isRunning ? 'Pause this consumer' : 'Resume this consumer',
    about: <About consumer={consumer} />,
    effect: isRunning
      ? 'It finishes what is under way, then stops on every instance until it is resumed. Updates wait; none is lost.'
      : 'It continues where it stopped, on an instance that runs its code.',
    act: isRunning ? 'Pause' : 'Resume',
    async decide() {
      if (isRunning) await api.ask(PauseConsumerDocument, { name }, 'mutation');
      else await api.ask(ResumeConsumerDocument, { name }, 'mutation');
      return isRunning ? 'Paused.' : 'Resumed.';
    },
  };
}

/** Puts a consumer elsewhere. */
export function resetting(api: Api, consumer: ConsumerFragment): Decision {
  const { name } = consumer;
  return {
    ...BARE,
    title: 'Reset this consumer',
    about: (
      <>
        <About consumer={consumer} />
        <label>
          Continue from
          <input name="to" required list="places" defaultValue="now" spellCheck={false} autoComplete="off" />
        </label>
        <datalist id="places">
          <option value="earliest">Before the first update</option>
          <option value="now">After the last update</option>
        </datalist>
      </>
    ),
    effect:
      '“earliest” handles every update again; “now” skips those it has not handled; a cursor goes to that update. Its retries are dropped.',
    act: 'Reset',
    async decide({ form }) {
      const to = String(form.get('to') ?? '').trim();
      await api.ask(ResetConsumerDocument, { name, to }, 'mutation');
      return 'Reset.';
    },
  };
}

/** Gives up the earliest update that failed. */
export function skipping(api: Api, consumer: ConsumerFragment): Decision {
  const { name } = consumer;
  return {
    ...BARE,
    title: 'Skip the failing update',
    about: <About consumer={consumer} />,
    effect: 'The earliest update that failed becomes a dead letter of this consumer, and the consumer goes on.',
    act: 'Skip',
    async decide() {
      const { skipKycConsumerUpdate: skipped } = await api.ask(SkipConsumerUpdateDocument, { name }, 'mutation');
      return skipped === null ? 'No update has failed.' : `Skipped an update of ${skipped.customerId}.`;
    },
  };
}

/** Deletes a consumer that is no longer used. */
export function removing(api: Api, consumer: ConsumerFragment): Decision {
  const { name } = consumer;
  return {
    ...BARE,
    title: 'Remove this consumer',
    about: <About consumer={consumer} />,
    effect:
      'Its position, retries and dead letters are deleted. This cannot be undone. Code that still uses it starts over.',
    act: 'Remove for good',
    async decide() {
      await api.ask(RemoveConsumerDocument, { name }, 'mutation');
      return 'Removed.';
    },
  };
}

/** A dead letter of a consumer, as far as a decision shows it. */
export interface GivenUp {
  readonly id: string;
  readonly customerId: string;
}

/** Hands an update to the consumer again. */
export function replayingFor(api: Api, { id, customerId }: GivenUp): Decision {
  return {
    ...BARE,
    title: 'Replay this update',
    about: (
      <p className="about">
        <Id text={customerId} />
      </p>
    ),
    effect:
      'The consumer handles it again, marked as replayed: later updates of the customer may have been handled before.',
    act: 'Replay',
    async decide() {
      const { replayKycConsumerDeadLetters: ids } = await api.ask(
        ReplayConsumerDeadLettersDocument,
        { ids: [id] },
        'mutation',
      );
      return ids.length === 0 ? 'It no longer exists.' : 'It is a retry now.';
    },
  };
}

/** Deletes a dead letter of a consumer. */
export function discardingFor(api: Api, { id, customerId }: GivenUp): Decision {
  return {
    title: 'Discard this update',
    about: (
      <p className="about">
        <Id text={customerId} />
      </p>
    ),
    effect: 'The consumer will never handle it. The journal keeps the update itself. This cannot be undone.',
    act: 'Discard for good',
    reason: 'required',
    hasEvidence: false,
    async decide({ reason }) {
      const { discardKycConsumerDeadLetters: ids } = await api.ask(
        DiscardConsumerDeadLettersDocument,
        { ids: [id], reason },
        'mutation',
      );
      return ids.length === 0 ? 'It no longer exists.' : 'Discarded.';
    },
  };
}
