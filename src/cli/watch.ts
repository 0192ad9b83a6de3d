/** `xgateway-kyc watch`: updates in the terminal as they come. */
import { WebSocket } from 'ws';
import { connect, type KycConnectionOptions } from '../client/connection.ts';
import { failureOf, graphqlFailure, reachedGateway, remedyOf } from '../client/failure.ts';
import { jitteredDelay, sleep } from '../client/retry.ts';
import type { TransportName } from '../client/transport.ts';
import { TransportSelector } from '../client/transport-selector.ts';
import { KYC_STATUSES } from '../domain/kyc.ts';
import { describeError } from '../errors.ts';
import { escapeJsonLine } from '../telemetry/visible-text.ts';
import { defineCommand, UsageError } from './command.ts';
import { commandSettings } from './settings.ts';
import { coloured, printable } from './terminal.ts';
import { developmentToken } from './token.ts';

const FIELDS = `customerId revision status rawStatus previousStatus processingStatus missingDocuments { type } rejectLabels
  endUserMessage verified reversal repeatsRevision source receivedAt cursor`;
const ALL = `subscription ($filter: KycUpdateFilter, $after: String) { update: kycUpdates(filter: $filter, after: $after) { ${FIELDS} } }`;
const ONE = `subscription ($customerId: ID, $after: String) { update: kycStatusChanged(customerId: $customerId, after: $after) { ${FIELDS} } }`;

interface Update {
  readonly customerId: string;
  readonly revision: number;
  readonly status: string;
  readonly rawStatus: string | null;
  readonly previousStatus: string | null;
  readonly processingStatus: string | null;
  readonly missingDocuments: readonly { readonly type: string }[];
  readonly rejectLabels: readonly string[];
  readonly endUserMessage: string | null;
  readonly verified: boolean;
  readonly reversal: boolean;
  readonly repeatsRevision: number | null;
  readonly source: string;
  readonly receivedAt: string;
  readonly cursor: string;
}

/** The command. */
export const command = defineCommand({
  about:
    'Follows updates, of all customers or of one, and prints a line for each. Reconnects by itself (over server-sent events\n' +
    'where WebSockets do not pass) without losing or repeating an update, and prints at the end how to continue from there. Its\n' +
    'token is XGATEWAY_KYC_TOKEN, or one that it signs with JWT_SECRET (or the development secret of this folder).',
  options: {
    url: { type: 'string', placeholder: '<url>', description: "GraphQL's URL. Default: the server of this folder." },
    customer: { type: 'string', placeholder: '<id>', description: 'Only this customer.' },
    status: {
      type: 'string',
      placeholder: '<statuses>',
      description: 'Only these, for example "FULL_USER,HARD_KYC_FAILED".',
    },
    reversals: { type: 'boolean', default: false, description: 'Only updates that take FULL_USER away.' },
    after: {
      type: 'string',
      placeholder: '<cursor>',
      description: 'Continue after this cursor, or start at "earliest".',
    },
    json: { type: 'boolean', default: false, description: 'Print one JSON object per line, with the cursor.' },
  },
  examples: ['xgateway-kyc watch', 'xgateway-kyc watch --customer alice', 'xgateway-kyc watch --after earliest --json'],
  async run(values) {
    const settings = commandSettings();
    const { customer, json } = values;
    if (customer !== undefined && (values.reversals || values.status !== undefined)) {
      throw new UsageError('--status and --reversals select among all customers; leave --customer out.');
    }
    if (customer !== undefined && values.after === 'earliest') {
      throw new UsageError('"earliest" is for all customers: a customer begins with their latest update.');
    }
    const given = process.env['XGATEWAY_KYC_TOKEN'];
    const options: KycConnectionOptions = {
      url: (values.url ?? `http://127.0.0.1:${settings.port}/graphql`).replace(/^ws/, 'http'),
      token: async () =>
        given ?? developmentToken(settings.access, { customer: 'watch', scope: 'kyc:read', expires: '1h' }),
      webSocketImpl: WebSocket,
    };
    const filter = { statuses: statuses(values.status), reversal: values.reversals ? true : null };
    const transports = new TransportSelector('auto');
    const stop = new AbortController();
    process.once('SIGINT', () => stop.abort());
    process.once('SIGTERM', () => stop.abort());
    let after = values.after ?? null;

    for (let failures = 0; !stop.signal.aborted; ) {
      const subscription =
        customer === undefined
          ? { query: ALL, variables: { filter, after } }
          : { query: ONE, variables: { customerId: customer, after } };
      let isAccepted = false;
      const accepted = () => {
        isAccepted = true;
        process.stderr.write(`${connection(options.url, transports.current, customer)}\n`);
      };
      try {
        for await (const { data, errors } of connect(
          transports.current,
          options,
          subscription,
          stop.signal,
          accepted,
        )) {
          if (errors !== undefined && errors.length > 0) throw graphqlFailure(errors);
          const update = (data as { readonly update: Update }).update;
          failures = 0;
          after = update.cursor;
          process.stdout.write(`${json ? escapeJsonLine(JSON.stringify(update)) : styled(update)}\n`);
        }
      } catch (error) {
        if (stop.signal.aborted) break;
        const failure = failureOf(error);
        transports.record(isAccepted || reachedGateway(failure));
        if (!isAccepted && failure.code === 'UNAUTHENTICATED') {
          throw new Error('The server refuses the token. Set XGATEWAY_KYC_TOKEN to one with the scope kyc:read.');
        }
        // The user decides whether to drop an unknown cursor: they know what they have already seen.
        if (remedyOf(failure.code, { renewable: true, resumed: false }) !== 'retry') throw new Error(failure.message);
        const milliseconds = jitteredDelay(failures++);
        const seconds = (milliseconds / 1_000).toFixed(1);
        process.stderr.write(
          `Not connected to ${options.url} (${describeError(failure)}). Trying again in ${seconds} s.\n`,
        );
        await sleep(milliseconds, stop.signal);
      }
    }
    if (after !== null && !json) process.stderr.write(`\nContinue from here with --after ${after}\n`);
    return 0;
  },
});

/** What the user sees until the first update comes. */
function connection(url: string | URL, transport: TransportName, customer: string | undefined): string {
  const over = transport === 'websocket' ? 'WebSocket' : 'server-sent events';
  const whose = customer === undefined ? 'all customers' : printable(customer);
  return `Connected to ${url} over ${over}. Waiting for updates of ${whose}. Ctrl+C stops.`;
}

function statuses(text: string | undefined): readonly string[] | null {
  if (text === undefined) return null;
  const given = text.split(',').map((status) => status.trim());
  const unknown = given.filter((status) => !(KYC_STATUSES as readonly string[]).includes(status));
  if (unknown.length === 0) return given;
  throw new UsageError(`There is no status ${unknown.join(', ')}. Known: ${KYC_STATUSES.join(', ')}.`);
}

/** The line, coloured by how urgently a person should look at it; a reversal comes first. */
function styled(update: Update): string {
  const text = line(update);
  if (update.reversal) return coloured('red', text);
  if (update.status === 'HARD_KYC_FAILED' || update.status === 'UNRECOGNIZED') return coloured('yellow', text);
  if (update.status !== 'FULL_USER') return text;
  return coloured(update.verified ? 'green' : 'yellow', text);
}

function line(update: Update): string {
  const change = update.previousStatus === null ? update.status : `${update.previousStatus} → ${update.status}`;
  return printable(
    [
      update.receivedAt,
      `${update.customerId} #${update.revision}`,
      change,
      ...(update.status === 'UNRECOGNIZED' ? [`sent as ${update.rawStatus}`] : []),
      ...(update.reversal ? ['REVERSAL'] : []),
      ...(update.status === 'FULL_USER' && !update.verified ? ['NOT VERIFIED'] : []),
      ...(update.repeatsRevision === null ? [] : [`repeats #${update.repeatsRevision}`]),
      ...(update.missingDocuments.length === 0
        ? []
        : [`missing ${update.missingDocuments.map(({ type }) => type).join(', ')}`]),
      ...(update.rejectLabels.length === 0 ? [] : [update.rejectLabels.join(', ')]),
      ...(update.processingStatus === null ? [] : [update.processingStatus]),
      ...(update.endUserMessage === null ? [] : [`"${update.endUserMessage}"`]),
      ...(update.source === 'CALLBACK' ? [] : [`from ${update.source}`]),
    ].join('  '),
  );
}
