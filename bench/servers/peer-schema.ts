/** What the two peers with GraphQL share: the part of the schema that is measured, and a store with one commit a callback. */
import { hash, timingSafeEqual } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';

export const typeDefs = `
  enum KycStatus { NOT_STARTED CREATED KYC_NEEDED PENDING_KYC_DATA KYC_PENDING SOFT_KYC_FAILED HARD_KYC_FAILED FULL_USER }
  enum KycNextAction { START PROVIDE_DATA WAIT CORRECT_DATA STOP NONE }
  type KycDocument { type: String! }
  type Kyc {
    customerId: ID! revision: Int! status: KycStatus! nextAction: KycNextAction! verified: Boolean!
    missingDocuments: [KycDocument!]! rejectLabels: [String!]! endUserMessage: String
    updatedAt: String! receivedAt: String!
  }
  type Query { kyc(customerId: ID!): Kyc }
  type Subscription { kycStatusChanged(customerId: ID!): Kyc! }
`;

/** A customer's state, as it is stored and pushed. */
export interface Kyc {
  readonly customerId: string;
  readonly revision: number;
  readonly status: keyof typeof NEXT_ACTIONS;
  readonly missingDocuments: readonly string[];
  readonly rejectLabels: readonly string[];
  readonly endUserMessage: string | null;
  readonly receivedAt: number;
}

const NEXT_ACTIONS = {
  NOT_STARTED: 'START',
  CREATED: 'START',
  KYC_NEEDED: 'START',
  PENDING_KYC_DATA: 'PROVIDE_DATA',
  KYC_PENDING: 'WAIT',
  SOFT_KYC_FAILED: 'CORRECT_DATA',
  HARD_KYC_FAILED: 'STOP',
  FULL_USER: 'NONE',
} as const;

export const kycResolvers = {
  nextAction: ({ status }: Kyc) => NEXT_ACTIONS[status],
  verified: ({ status }: Kyc) => status === 'FULL_USER',
  missingDocuments: ({ missingDocuments }: Kyc) => missingDocuments.map((type) => ({ type })),
  updatedAt: ({ receivedAt }: Kyc) => new Date(receivedAt).toISOString(),
  receivedAt: ({ receivedAt }: Kyc) => new Date(receivedAt).toISOString(),
};

/** The body of a callback, unchecked. */
export interface Callback {
  readonly customerId: string;
  readonly status: Kyc['status'] | null;
  readonly docsMissing: readonly string[] | null;
  readonly kycRejectLabel: string | null;
  readonly kycEndUserErrorMessage: string | null;
  readonly hash: string;
}

const secret = process.env['XGATEWAY_SECRET_KEY'] ?? '';

/** Whether a callback's hash is right. */
export function isGenuine({ customerId, hash: given }: Callback): boolean {
  const expected = Buffer.from(hash('sha512', `${customerId}.${secret}`, 'base64'));
  const actual = Buffer.from(given);
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

/** Opens the store: a customer's latest state and the list of updates, one synced commit a callback. */
export function openStore(path: string) {
  const database = new DatabaseSync(path);
  database.exec(`pragma journal_mode = wal; pragma synchronous = full;
    create table customers (id text primary key, state text not null) strict;
    create table updates (id integer primary key, customer_id text not null, state text not null) strict;`);
  const select = database.prepare('select state from customers where id = ?');
  const save = database.prepare(
    'insert into customers (id, state) values (?, ?) on conflict (id) do update set state = excluded.state',
  );
  const insert = database.prepare('insert into updates (customer_id, state) values (?, ?)');

  const load = (customerId: string): Kyc | null => {
    const row = select.get(customerId);
    return row === undefined ? null : (JSON.parse(String(row['state'])) as Kyc);
  };
  return {
    load,
    record(callback: Callback): Kyc {
      database.exec('begin immediate');
      const kyc: Kyc = {
        customerId: callback.customerId,
        revision: (load(callback.customerId)?.revision ?? 0) + 1,
        status: callback.status ?? 'NOT_STARTED',
        missingDocuments: callback.docsMissing ?? [],
        rejectLabels: callback.kycRejectLabel?.split(', ') ?? [],
        endUserMessage: callback.kycEndUserErrorMessage,
        receivedAt: Date.now(),
      };
      const state = JSON.stringify(kyc);
      save.run(kyc.customerId, state);
      insert.run(kyc.customerId, state);
      database.exec('commit');
      return kyc;
    },
  };
}
