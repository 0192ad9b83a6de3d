/** `xgateway-kyc watch`: updates in the terminal as they come. */
import { setTimeout as wait } from 'node:timers/promises';
import { CloseCode, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { KYC_STATUSES } from '../domain/kyc.ts';
import { readSettings } from '../server/settings.ts';
import { defineCommand, UsageError } from './command.ts';
import { printable } from './terminal.ts';
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
    'Follows updates, of all customers or of one, and prints a line for each. Comes back by itself when the connection breaks,\n' +
    'without losing or repeating an update, and says at the end how to go on from there. Its token is XGATEWAY_KYC_TOKEN, or\n' +
    'one that it signs with JWT_SECRET (or the development secret of this folder).',
  options: {
    url: { type: 'string', placeholder: '<url>', description: "GraphQL's URL. Default: the server of this folder." },
    customer: { type: 'string', placeholder: '<id>', description: 'Only this customer.' },
    status: {
      type: 'string',
      placeholder: '<statuses>',
      description: 'Only these, for example "FULL_USER,HARD_KYC_FAILED".',
    },
    reversals: { type: 'boolean', default: false, description: 'Only updates that take FULL_USER back.' },
    after: { type: 'string', placeholder: '<cursor>', description: 'Go on after this cursor, or from "earliest".' },
    json: { type: 'boolean', default: false, description: 'A JSON object a line, with the cursor.' },
  },
  examples: ['xgateway-kyc watch', 'xgateway-kyc watch --customer alice', 'xgateway-kyc watch --after earliest --json'],
  async run(values) {
    const settings = readSettings(process.env);
    const { customer, json } = values;
    if (customer !== undefined && (values.reversals || values.status !== undefined)) {
      throw new UsageError('--status and --reversals select among all customers; leave --customer out.');
    }
    if (customer !== undefined && values.after === 'earliest') {
      throw new UsageError('"earliest" is for all customers: a customer begins with their latest update.');
    }
    const given = process.env['XGATEWAY_KYC_TOKEN'];
    const token = async () =>
      given ?? developmentToken(settings.access, { customer: 'watch', scope: 'kyc:read', expires: '1h' });
    const url = (values.url ?? `http://127.0.0.1:${settings.port}/graphql`).replace(/^http/, 'ws');
    const filter = { statuses: statuses(values.status), reversal: values.reversals ? true : null };
    let after = values.after ?? null;
    const stop = new AbortController();
    process.once('SIGINT', () => stop.abort());
    process.once('SIGTERM', () => stop.abort());

    for (let failures = 0; !stop.signal.aborted; ) {
      const client = createClient({
        url,
        webSocketImpl: WebSocket,
        retryAttempts: 0,
        connectionParams: async () => ({ authorization: `Bearer ${await token()}` }),
      });
      let isAccepted = false;
      client.on('connected', () => {
        isAccepted = true;
      });
      stop.signal.addEventListener('abort', () => void client.dispose());
      const query =
        customer === undefined
          ? { query: ALL, variables: { filter, after } }
          : { query: ONE, variables: { customerId: customer, after: after === 'earliest' ? null : after } };
      try {
        for await (const { data, errors } of client.iterate<{ update: Update }>(query)) {
          if (errors !== undefined) throw new Refused(errors.map(({ message }) => message).join(' '));
          if (data?.update == null) continue;
          failures = 0;
          after = data.update.cursor;
          process.stdout.write(`${json ? JSON.stringify(data.update) : line(data.update)}\n`);
        }
      } catch (error) {
        if (error instanceof Refused || Array.isArray(error)) throw refusal(error);
        if (stop.signal.aborted) break;
        if (!isAccepted && isForbidden(error)) {
          throw new Error('The server refuses the token. Set XGATEWAY_KYC_TOKEN to one with the scope kyc:read.');
        }
        failures++;
        const seconds = Math.min(30, 2 ** failures) * (0.5 + Math.random());
        process.stderr.write(`Not connected to ${url} (${reason(error)}). Trying again in ${seconds.toFixed(1)} s.\n`);
        await wait(seconds * 1_000, undefined, { signal: stop.signal }).catch(() => {});
      } finally {
        await client.dispose();
      }
    }
    if (after !== null && !json) process.stderr.write(`\nGo on from here with --after ${after}\n`);
    return 0;
  },
});

class Refused extends Error {}

function refusal(error: Refused | readonly { readonly message: string }[]): Error {
  return error instanceof Error ? error : new Error(error.map(({ message }) => message).join(' '));
}

function isForbidden(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === CloseCode.Forbidden;
}

function reason(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'code' in error) {
    return `closed with ${String(error.code)}${'reason' in error && error.reason !== '' ? ` ${String(error.reason)}` : ''}`;
  }
  return error instanceof Error ? error.message : 'no answer';
}

function statuses(text: string | undefined): readonly string[] | null {
  if (text === undefined) return null;
  const given = text.split(',').map((status) => status.trim());
  const unknown = given.filter((status) => !(KYC_STATUSES as readonly string[]).includes(status));
  if (unknown.length === 0) return given;
  throw new UsageError(`There is no status ${unknown.join(', ')}. Known: ${KYC_STATUSES.join(', ')}.`);
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
