/** `xgateway-kyc send`: signed callbacks, one or many. */

import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { visibleWord } from '../telemetry/visible-text.ts';
import { counted } from '../text/counted.ts';
import { defineCommand, UsageError } from './command.ts';
import {
  bodyOf,
  type Callback,
  type Delivery,
  deliver,
  type FailedAttempt,
  RETRIES,
  type Recipient,
} from './deliver.ts';
import { asTheyArrive, journeyOf } from './journey.ts';
import { commandSettings } from './settings.ts';
import { ProgressLine, printable } from './terminal.ts';

const CONNECTIONS = 64;
const JOURNEY_RATE = 1;
/** How many characters of an answer the line of an attempt shows. */
const MAX_SHOWN = 200;

/** The published example, without its customer. */
const EXAMPLE = {
  status: 'SOFT_KYC_FAILED',
  docsMissing: ['SELFIE', 'PASSPORT'],
  kycRejectLabel: 'BAD_SELFIE, BAD_PASSPORT',
  kycEndUserErrorMessage: null,
};

/** The command. */
export const command = defineCommand({
  about:
    'Sends callbacks as XGateway would, signed with XGATEWAY_SECRET_KEY (or the development secret of this folder): one, the\n' +
    'whole KYC journey of a customer, or many customers at a rate. With --customers each callback is retried as\n' +
    'XGateway does it, up to 10 times.',
  options: {
    url: { type: 'string', placeholder: '<url>', description: 'The callback URL. Default: the server of this folder.' },
    customer: { type: 'string', placeholder: '<id>', default: 'demo_customer_id', description: 'The customer ID.' },
    status: {
      type: 'string',
      placeholder: '<status>',
      description: 'The status; "null" for null. Default: XGateway\'s published example.',
    },
    documents: {
      type: 'string',
      placeholder: '<types>',
      description: 'Missing documents, for example "SELFIE,PASSPORT".',
    },
    labels: {
      type: 'string',
      placeholder: '<labels>',
      description: 'Reject labels, for example "BAD_SELFIE, BAD_PASSPORT".',
    },
    message: { type: 'string', placeholder: '<text>', description: 'What to tell the end user.' },
    processing: { type: 'string', placeholder: '<status>', description: 'The processing status.' },
    journey: { type: 'boolean', default: false, description: 'A whole journey: seven callbacks, one a second.' },
    customers: { type: 'string', placeholder: '<n>', description: 'This many customers: <id>-1, <id>-2, …' },
    rate: {
      type: 'string',
      placeholder: '<n>',
      description: 'Callbacks a second. Default: as fast as they are answered.',
    },
    duplicate: { type: 'boolean', default: false, description: 'Send each callback twice.' },
    retry: {
      type: 'boolean',
      default: false,
      description:
        'Retry what is not received as XGateway does: 10 times, with growing pauses; each failed attempt is a line on standard error. Always so with --customers, without the lines.',
    },
    print: {
      type: 'boolean',
      default: false,
      description: 'Print the signed callbacks, one JSON object per line, and send nothing.',
    },
    shuffle: { type: 'boolean', default: false, description: 'Let callbacks overtake each other.' },
  },
  examples: [
    'xgateway-kyc send',
    'xgateway-kyc send --customer alice --status FULL_USER',
    'xgateway-kyc send --customer alice --journey',
    'xgateway-kyc send --customer alice --retry',
    'xgateway-kyc send --print | curl -d @- http://127.0.0.1:4000/callbacks/kyc',
    'xgateway-kyc send --customers 10000 --journey --rate 500 --duplicate --shuffle',
  ],
  async run(values) {
    const settings = commandSettings();
    const customers = count('customers', values.customers);
    const rate = count('rate', values.rate) ?? (values.journey && customers === undefined ? JOURNEY_RATE : undefined);
    const ids = customers === undefined ? [values.customer] : numbered(values.customer, customers);
    const callbacks = asTheyArrive(values.journey ? journeys(ids) : singles(ids, values), values);
    const isLoad = customers !== undefined;
    const recipient: Recipient = {
      url: values.url ?? `http://127.0.0.1:${settings.port}${settings.callbackPath}`,
      secret: settings.secrets.current,
      retries: isLoad || values.retry ? RETRIES : 0,
    };
    if (values.print) return print(recipient, callbacks);
    return isLoad ? sendLoad(recipient, callbacks, rate) : sendFew(recipient, callbacks, rate);
  },
});

async function print(recipient: Recipient, callbacks: Iterable<Callback>): Promise<number> {
  for (const callback of callbacks) {
    if (!process.stdout.write(`${bodyOf(recipient, callback)}\n`)) await once(process.stdout, 'drain');
  }
  return 0;
}

async function sendFew(recipient: Recipient, callbacks: Iterable<Callback>, rate = 100): Promise<number> {
  let isFirst = true;
  for (const callback of callbacks) {
    if (!isFirst) await wait(1_000 / rate);
    isFirst = false;
    const { status, answer, tries } = await deliver(recipient, callback, reportRetry);
    if (status === null) {
      throw new Error(
        `No answer from ${recipient.url} (${answer}). Start the server with "npm start", or name another with --url.`,
      );
    }
    process.stdout.write(
      `${visibleWord(callback.customerId)} ${visibleWord(String(callback.status))} → ${status} ${printable(answer)}${again(tries)}\n`,
    );
    if (status >= 300) return 1;
  }
  return 0;
}

/** On standard error: standard output has one line per callback. */
function reportRetry({ status, answer, tries, of, waitMs }: FailedAttempt): void {
  const problem =
    status === null ? `no answer (${printable(answer)})` : `${status} ${excerpt(printable(answer))}`.trim();
  process.stderr.write(`Attempt ${tries} of ${of}: ${problem}; next in ${(waitMs / 1_000).toFixed(1)} s\n`);
}

/** A proxy may answer with a page. */
function excerpt(answer: string): string {
  return answer.length > MAX_SHOWN ? `${answer.slice(0, MAX_SHOWN)}…` : answer;
}

function again(tries: number): string {
  return tries === 1 ? '' : ` (after ${counted(tries, 'attempt')})`;
}

async function sendLoad(recipient: Recipient, callbacks: Iterator<Callback>, rate?: number): Promise<number> {
  const startedAt = performance.now();
  const outcomes = new Map<string, number>();
  let [started, done, repeated] = [0, 0, 0];
  const seconds = () => (performance.now() - startedAt) / 1_000;
  const summary = () =>
    `${counted(done, 'callback')} in ${seconds().toFixed(1)} s, ${Math.round(done / seconds())} a second` +
    [...outcomes].map(([outcome, times]) => `, ${times} ${outcome}`).join('') +
    (repeated > 0 ? `, ${repeated} retried` : '');
  const lane = async () => {
    for (let next = callbacks.next(); next.done !== true; next = callbacks.next()) {
      if (rate !== undefined) await wait(Math.max(0, (started++ / rate - seconds()) * 1_000));
      const delivery = await deliver(recipient, next.value);
      const outcome = outcomeOf(delivery);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      done++;
      repeated += delivery.tries - 1;
    }
  };
  {
    using _line = new ProgressLine(summary);
    await Promise.all(Array.from({ length: CONNECTIONS }, lane));
  }
  process.stdout.write(`${summary()}\n`);
  return [...outcomes.keys()].every((outcome) => outcome === 'applied' || outcome === 'unchanged') ? 0 : 1;
}

function outcomeOf({ status, answer }: Delivery): string {
  if (status === null) return 'not answered';
  const outcome = /"outcome":"(\w+)"/.exec(answer)?.[1];
  return outcome ?? `refused with ${status}`;
}

function* singles(
  ids: Iterable<string>,
  values: Readonly<Record<string, string | boolean | undefined>>,
): Generator<Callback> {
  const { status, documents, labels, message, processing } = values;
  const said = status === undefined ? EXAMPLE : { status: status === 'null' ? null : String(status) };
  for (const customerId of ids) {
    yield {
      customerId,
      ...said,
      ...(documents !== undefined && { docsMissing: String(documents).split(',') }),
      ...(labels !== undefined && { kycRejectLabel: labels }),
      ...(message !== undefined && { kycEndUserErrorMessage: message }),
      ...(processing !== undefined && { kycProcessingStatus: processing }),
    };
  }
}

/** Every customer's first step, then the second, and so on: customers advance together, a thousand at a time. */
function* journeys(ids: Iterable<string>): Generator<Callback> {
  let group: Callback[][] = [];
  const steps = function* () {
    for (let step = 0; step < (group[0]?.length ?? 0); step++) yield* group.map((journey) => journey[step] as Callback);
  };
  for (const id of ids) {
    if (group.push(journeyOf(id)) < 1_000) continue;
    yield* steps();
    group = [];
  }
  yield* steps();
}

function* numbered(prefix: string, customers: number): Generator<string> {
  for (let index = 1; index <= customers; index++) yield `${prefix}-${index}`;
}

function count(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return name === 'customers' ? Math.ceil(value) : value;
  throw new UsageError(`--${name} must be a number above 0, not "${text}".`);
}
