/** `xgateway-kyc consumers`: lists and controls the named consumers. */
import { counted } from '../text/counted.ts';
import { defineCommand, table, UsageError } from './command.ts';
import { type Ask, REMOTE_ABOUT, REMOTE_OPTIONS, remote } from './remote.ts';

/** The most dead letters that the server takes at once. */
const BATCH = 200;

const STATUS = 'name state error lagEntries lagSeconds retries deadLetterCount';
const DEAD_LETTERS = `query ($after: String) { kycConsumers { name
  deadLetters(first: 200, after: $after) { nodes { id customerId attempts error failedAt update { revision rawStatus } }
    pageInfo { hasNextPage endCursor } } } }`;

interface Consumer {
  readonly name: string;
  readonly state: string;
  readonly error: string | null;
  readonly lagEntries: number;
  readonly lagSeconds: number;
  readonly retries: number;
  readonly deadLetterCount: number;
}

interface DeadLetter {
  readonly id: string;
  readonly customerId: string;
  readonly attempts: number;
  readonly error: string;
  readonly failedAt: string;
  readonly update: { readonly revision: number; readonly rawStatus: string | null } | null;
}

/** Each action, called with its arguments. Returns what is printed. */
const ACTIONS: Readonly<Record<string, (request: Ask, words: readonly string[]) => Promise<string>>> = {
  async list(request, words) {
    nothing(words);
    const { kycConsumers } = await request<{ kycConsumers: readonly Consumer[] }>(`{ kycConsumers { ${STATUS} } }`);
    return kycConsumers.length === 0 ? 'There are no consumers.' : table(kycConsumers.map(rowOf)).join('\n');
  },
  pause: (request, words) => change(request, 'pauseKycConsumer', words),
  resume: (request, words) => change(request, 'resumeKycConsumer', words),
  async reset(request, words) {
    const [name, to] = exactly(words, 'reset <name> <cursor|earliest|now>', 2);
    const mutation = `mutation ($name: String!, $to: String!) { done: resetKycConsumer(name: $name, to: $to) { ${STATUS} } }`;
    return shown((await request<{ done: Consumer }>(mutation, { name, to })).done);
  },
  async skip(request, words) {
    const [name] = exactly(words, 'skip <name>', 1);
    const mutation = `mutation ($name: String!) { done: skipKycConsumerUpdate(name: $name) { id customerId } }`;
    const { done } = await request<{ done: DeadLetter | null }>(mutation, { name });
    return done === null
      ? 'Nothing to skip: no update has failed.'
      : `An update of customer ${done.customerId} is dead letter ${done.id} now.`;
  },
  async remove(request, words) {
    const [name] = exactly(words, 'remove <name>', 1);
    await request('mutation ($name: String!) { removeKycConsumer(name: $name) }', { name });
    return `Removed ${name}.`;
  },
  async 'dead-letters'(request, words) {
    const [name = ''] = exactly(words, 'dead-letters <name>', 1);
    const found = await deadLettersOf(request, name);
    return found.length === 0 ? `${name} has no dead letters.` : found.map(lineOf).join('\n');
  },
  async replay(request, words) {
    const ids = await idsOf(request, words, 'replay <name|id…>');
    const mutation = 'mutation ($ids: [ID!]!) { done: replayKycConsumerDeadLetters(ids: $ids) }';
    return `${counted(await inBatches(request, mutation, ids), 'dead letter')} handed to the consumer again.`;
  },
  async discard(request, words) {
    const ids = await idsOf(request, words, 'discard <name|id…>');
    const mutation = 'mutation ($ids: [ID!]!) { done: discardKycConsumerDeadLetters(ids: $ids) }';
    return `${counted(await inBatches(request, mutation, ids), 'dead letter')} discarded.`;
  },
};

/** The command. */
export const command = defineCommand({
  about:
    'Shows what the named consumers of the application do, and changes it: list (the default), pause <name>, resume <name>,\n' +
    'reset <name> <cursor|earliest|now>, skip <name>, remove <name>, dead-letters <name>, replay <name|id…>, discard <name|id…>.\n' +
    `${REMOTE_ABOUT}`,
  positionals: '[<action> [<name>]]',
  options: REMOTE_OPTIONS,
  examples: [
    'xgateway-kyc consumers',
    'xgateway-kyc consumers pause risk-engine',
    'xgateway-kyc consumers replay risk-engine',
    'xgateway-kyc consumers discard 17 18',
  ],
  async run(values, [action = 'list', ...words]) {
    const act = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
    if (act === undefined) {
      throw new UsageError(`Unknown action "${action}". Actions: ${Object.keys(ACTIONS).join(', ')}.`);
    }
    process.stdout.write(`${await act(remote(values.url), words)}\n`);
    return 0;
  },
});

async function change(request: Ask, mutation: string, words: readonly string[]): Promise<string> {
  const [name] = exactly(words, `${mutation.startsWith('pause') ? 'pause' : 'resume'} <name>`, 1);
  const text = `mutation ($name: String!) { done: ${mutation}(name: $name) { ${STATUS} } }`;
  return shown((await request<{ done: Consumer }>(text, { name })).done);
}

function rowOf(consumer: Consumer): readonly [string, string] {
  const { name, state, error, lagEntries, lagSeconds, retries, deadLetterCount } = consumer;
  const behind =
    lagEntries === 0 ? 'up to date' : `${counted(lagEntries, 'entry', 'entries')} behind (${Math.round(lagSeconds)} s)`;
  const parts = [
    state.toLowerCase(),
    behind,
    counted(retries, 'retry', 'retries'),
    counted(deadLetterCount, 'dead letter'),
  ];
  return [name, `${parts.join(', ')}${error === null ? '' : `: ${error}`}`];
}

function shown(consumer: Consumer): string {
  return rowOf(consumer).join(': ');
}

function lineOf({ id, customerId, attempts, error, failedAt, update }: DeadLetter): string {
  const what = update === null ? 'erased' : `revision ${update.revision} (${update.rawStatus})`;
  return `${id}  ${failedAt}  ${customerId} ${what}, ${counted(attempts, 'attempt')}: ${error}`;
}

/** The dead letters of a consumer, the latest first. */
async function deadLettersOf(request: Ask, name: string): Promise<readonly DeadLetter[]> {
  const found: DeadLetter[] = [];
  for (let after: string | null = null; ; ) {
    const answer: Answer = await request<Answer>(DEAD_LETTERS, { after });
    const page = answer.kycConsumers.find((consumer) => consumer.name === name)?.deadLetters;
    if (page === undefined) throw new UsageError(`There is no consumer "${name}".`);
    found.push(...page.nodes);
    if (!page.pageInfo.hasNextPage) return found;
    after = page.pageInfo.endCursor;
  }
}

interface Answer {
  readonly kycConsumers: readonly DeadLetterPage[];
}

interface DeadLetterPage {
  readonly name: string;
  readonly deadLetters: {
    readonly nodes: readonly DeadLetter[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
  };
}

/** The given IDs, or those of all dead letters of the consumer that is named, the earliest first. */
async function idsOf(request: Ask, words: readonly string[], usage: string): Promise<readonly string[]> {
  const [first] = words;
  if (first === undefined) throw new UsageError(`Usage: xgateway-kyc consumers ${usage}`);
  if (words.every((word) => /^\d+$/.test(word))) return words;
  exactly(words, usage, 1);
  return (await deadLettersOf(request, first)).map(({ id }) => id).toReversed();
}

async function inBatches(request: Ask, mutation: string, ids: readonly string[]): Promise<number> {
  let done = 0;
  for (let start = 0; start < ids.length; start += BATCH) {
    done += (await request<{ done: readonly string[] }>(mutation, { ids: ids.slice(start, start + BATCH) })).done
      .length;
  }
  return done;
}

function nothing(words: readonly string[]): void {
  exactly(words, 'list', 0);
}

function exactly(words: readonly string[], usage: string, count: number): readonly string[] {
  if (words.length === count) return words;
  throw new UsageError(`Usage: xgateway-kyc consumers ${usage}`);
}
