/** `xgateway-kyc replay`: tries dead letters again. */
import { REPLAY_OUTCOMES, type ReplayOutcome } from '../callback/replay.ts';
import { LETTER_SHELVES } from '../journal/dead-letters.ts';
import { defineCommand, UsageError } from './command.ts';
import { type Ask, REMOTE_ABOUT, REMOTE_OPTIONS, remote } from './remote.ts';
import { ProgressLine } from './terminal.ts';

const AT_ONCE = 100;

const LIST = `query ($shelf: KycDeadLetterShelf, $after: String) {
  kycDeadLetters(shelf: $shelf, first: 200, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } }
}`;
const REPLAY = 'mutation ($ids: [ID!]!) { replayKycDeadLetters(ids: $ids) { id outcome } }';
const DISCARD = 'mutation ($ids: [ID!]!) { discardKycDeadLetters(ids: $ids) }';

/** The command. */
export const command = defineCommand({
  about:
    'Tries dead letters again, the earliest first: after a secret was corrected, or with a release that has learned a new shape.\n' +
    'Those that are recorded, or say nothing new, leave their shelf. Safe to repeat.\n' +
    REMOTE_ABOUT,
  positionals: '[<letter>…]',
  options: {
    ...REMOTE_OPTIONS,
    shelf: {
      type: 'string',
      placeholder: '<shelf>',
      description: 'Only "genuine" or "refused" letters. Default: both.',
    },
    'discard-superseded': {
      type: 'boolean',
      default: false,
      description: 'Throw away those that something newer has overtaken.',
    },
  },
  examples: ['xgateway-kyc replay', 'xgateway-kyc replay --shelf genuine', 'xgateway-kyc replay 17 18'],
  async run(values, given) {
    const shelf = values.shelf?.toUpperCase() ?? null;
    if (shelf !== null && !(LETTER_SHELVES as readonly string[]).includes(shelf)) {
      throw new UsageError('--shelf is "genuine" or "refused".');
    }
    if (shelf !== null && given.length > 0) throw new UsageError('Say letters, or a shelf.');
    const ask = remote(values.url);
    const ids = given.length > 0 ? given : await listed(ask, shelf);
    const counts = new Map<ReplayOutcome, number>(REPLAY_OUTCOMES.map((outcome) => [outcome, 0]));
    const superseded: string[] = [];
    let done = 0;
    {
      using _line = new ProgressLine(() => `${done} of ${ids.length} letters`);
      for (let start = 0; start < ids.length; start += AT_ONCE) {
        const { replayKycDeadLetters: results } = await ask<{
          replayKycDeadLetters: readonly { readonly id: string; readonly outcome: ReplayOutcome }[];
        }>(REPLAY, { ids: ids.slice(start, start + AT_ONCE) });
        for (const { id, outcome } of results) {
          counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
          if (outcome === 'SUPERSEDED') superseded.push(id);
          done++;
        }
      }
    }
    if (values['discard-superseded']) {
      for (let start = 0; start < superseded.length; start += AT_ONCE) {
        await ask(DISCARD, { ids: superseded.slice(start, start + AT_ONCE) });
      }
    }
    const told = [...counts].filter(([, count]) => count > 0).map(([outcome, count]) => `${count} ${words(outcome)}`);
    process.stdout.write(`${ids.length} letters${told.length > 0 ? `: ${told.join(', ')}` : ''}.\n`);
    return (counts.get('STILL_REFUSED') ?? 0) + (counts.get('NOT_FOUND') ?? 0) > 0 ? 1 : 0;
  },
});

/** The letters of a shelf, the earliest first. */
async function listed(ask: Ask, shelf: string | null): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let after: string | null = null; ; ) {
    const { kycDeadLetters: page }: { kycDeadLetters: LetterPage } = await ask(LIST, { shelf, after });
    ids.push(...page.nodes.map(({ id }) => id));
    if (!page.pageInfo.hasNextPage) return ids.reverse();
    after = page.pageInfo.endCursor;
  }
}

interface LetterPage {
  readonly nodes: readonly { readonly id: string }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
}

function words(outcome: ReplayOutcome): string {
  return outcome.toLowerCase().replaceAll('_', ' ');
}
