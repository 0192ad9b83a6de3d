/** `xgateway-kyc replay`: tries dead letters again. */
import { REPLAY_OUTCOMES, type ReplayOutcome } from '../admin/replay.ts';
import { DEAD_LETTER_CATEGORIES } from '../journal/dead-letters.ts';
import { defineCommand, UsageError } from './command.ts';
import { type Ask, REMOTE_ABOUT, REMOTE_OPTIONS, remote } from './remote.ts';
import { ProgressLine } from './terminal.ts';

const AT_ONCE = 100;

const LIST = `query ($category: KycDeadLetterCategory, $after: String) {
  kycDeadLetters(category: $category, first: 200, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } }
}`;
const REPLAY = 'mutation ($ids: [ID!]!) { replayKycDeadLetters(ids: $ids) { id outcome } }';
const DISCARD = 'mutation ($ids: [ID!]!) { discardKycDeadLetters(ids: $ids) }';

/** The command. */
export const command = defineCommand({
  about:
    'Tries dead letters again, the earliest first: after a secret was corrected, or with a release that has learned a new shape.\n' +
    'Those that are recorded, or say nothing new, leave their category. Safe to repeat.\n' +
    REMOTE_ABOUT,
  positionals: '[<letter>…]',
  options: {
    ...REMOTE_OPTIONS,
    category: {
      type: 'string',
      placeholder: '<shelf>',
      description: 'Only "genuine" or "refused" dead letters. Default: both.',
    },
    'discard-superseded': {
      type: 'boolean',
      default: false,
      description: 'Throw away those that something newer has overtaken.',
    },
  },
  examples: ['xgateway-kyc replay', 'xgateway-kyc replay --category genuine', 'xgateway-kyc replay 17 18'],
  async run(values, given) {
    const category = values.category?.toUpperCase() ?? null;
    if (category !== null && !(DEAD_LETTER_CATEGORIES as readonly string[]).includes(category)) {
      throw new UsageError('--category is "genuine" or "refused".');
    }
    if (category !== null && given.length > 0) throw new UsageError('Say dead letters, or a category.');
    const ask = remote(values.url);
    const ids = given.length > 0 ? given : await listed(ask, category);
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
    process.stdout.write(`${ids.length} dead letters${told.length > 0 ? `: ${told.join(', ')}` : ''}.\n`);
    return (counts.get('STILL_REFUSED') ?? 0) + (counts.get('NOT_FOUND') ?? 0) > 0 ? 1 : 0;
  },
});

/** The dead letters of a category, the earliest first. */
async function listed(ask: Ask, category: string | null): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let after: string | null = null; ; ) {
    const { kycDeadLetters: page }: { kycDeadLetters: DeadLetterPage } = await ask(LIST, { category, after });
    ids.push(...page.nodes.map(({ id }) => id));
    if (!page.pageInfo.hasNextPage) return ids.reverse();
    after = page.pageInfo.endCursor;
  }
}

interface DeadLetterPage {
  readonly nodes: readonly { readonly id: string }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
}

function words(outcome: ReplayOutcome): string {
  return outcome.toLowerCase().replaceAll('_', ' ');
}
