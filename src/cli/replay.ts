/** `xgateway-kyc replay`: replays dead letters. */

import { REPLAY_OUTCOMES, type ReplayOutcome } from '../admin/replay.ts';
import { DEAD_LETTER_CATEGORIES } from '../journal/dead-letters.ts';
import { counted } from '../text/counted.ts';
import { defineCommand, UsageError } from './command.ts';
import { type Ask, REMOTE_ABOUT, REMOTE_OPTIONS, remote } from './remote.ts';
import { ProgressLine } from './terminal.ts';

const BATCH = 100;

const LIST = `query ($category: KycDeadLetterCategory, $after: String) {
  kycDeadLetters(category: $category, first: 200, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } }
}`;
const REPLAY = 'mutation ($ids: [ID!]!) { replayKycDeadLetters(ids: $ids) { id outcome } }';
const DISCARD = 'mutation ($ids: [ID!]!) { discardKycDeadLetters(ids: $ids, reason: "superseded") }';

/** The command. */
export const command = defineCommand({
  about:
    'Replays dead letters, the earliest first: after a secret was corrected, or with a release that understands a new shape.\n' +
    'Those that are recorded, or that say nothing new, are removed; the others stay. Safe to repeat.\n' +
    REMOTE_ABOUT,
  positionals: '[<id>…]',
  options: {
    ...REMOTE_OPTIONS,
    category: {
      type: 'string',
      placeholder: '<category>',
      description: 'Only "genuine" or "refused" dead letters. Default: both.',
    },
    'discard-superseded': {
      type: 'boolean',
      default: false,
      description: 'Discard those that are older than what is recorded.',
    },
  },
  examples: ['xgateway-kyc replay', 'xgateway-kyc replay --category genuine', 'xgateway-kyc replay 17 18'],
  async run(values, given) {
    const category = values.category?.toUpperCase() ?? null;
    if (category !== null && !(DEAD_LETTER_CATEGORIES as readonly string[]).includes(category)) {
      throw new UsageError('--category is "genuine" or "refused".');
    }
    if (category !== null && given.length > 0) throw new UsageError('Give dead letter IDs or --category, not both.');
    const request = remote(values.url);
    const ids = given.length > 0 ? given : await listed(request, category);
    const counts = new Map<ReplayOutcome, number>(REPLAY_OUTCOMES.map((outcome) => [outcome, 0]));
    const superseded: string[] = [];
    let done = 0;
    {
      using _line = new ProgressLine(() => `${done} of ${counted(ids.length, 'dead letter')}`);
      for (let start = 0; start < ids.length; start += BATCH) {
        const { replayKycDeadLetters: results } = await request<{
          replayKycDeadLetters: readonly { readonly id: string; readonly outcome: ReplayOutcome }[];
        }>(REPLAY, { ids: ids.slice(start, start + BATCH) });
        for (const { id, outcome } of results) {
          counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
          if (outcome === 'SUPERSEDED') superseded.push(id);
          done++;
        }
      }
    }
    if (values['discard-superseded']) {
      for (let start = 0; start < superseded.length; start += BATCH) {
        await request(DISCARD, { ids: superseded.slice(start, start + BATCH) });
      }
    }
    process.stdout.write(`${summary(ids.length, counts)}\n`);
    return (counts.get('STILL_REFUSED') ?? 0) + (counts.get('NOT_FOUND') ?? 0) > 0 ? 1 : 0;
  },
});

/** The dead letters of a category, the earliest first. */
async function listed(request: Ask, category: string | null): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let after: string | null = null; ; ) {
    const { kycDeadLetters: page }: { kycDeadLetters: DeadLetterPage } = await request(LIST, { category, after });
    ids.push(...page.nodes.map(({ id }) => id));
    if (!page.pageInfo.hasNextPage) return ids.reverse();
    after = page.pageInfo.endCursor;
  }
}

interface DeadLetterPage {
  readonly nodes: readonly { readonly id: string }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
}

/** For example `1 dead letter: 1 not found.` */
function summary(total: number, counts: ReadonlyMap<ReplayOutcome, number>): string {
  const parts = [...counts].filter(([, count]) => count > 0).map(([outcome, count]) => `${count} ${words(outcome)}`);
  return `${counted(total, 'dead letter')}${parts.length > 0 ? `: ${parts.join(', ')}` : ''}.`;
}

function words(outcome: ReplayOutcome): string {
  return outcome.toLowerCase().replaceAll('_', ' ');
}
