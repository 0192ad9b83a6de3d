/** Plans and graphql-js answer the same, whatever is asked of our schema. */
import * as fc from 'fast-check';
import { execute, type GraphQLSchema, getOperationAST, parse, validate } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../../../src/access/limits.ts';
import type { Viewer } from '../../../src/access/viewer.ts';
import { partsOf } from '../../../src/embedding/context.ts';
import type { OperationContext } from '../../../src/graphql/context.ts';
import { createSubgraph } from '../../../src/graphql/federation.ts';
import { checkLimits } from '../../../src/graphql/limits.ts';
import { planQuery } from '../../../src/graphql/plan/plan.ts';
import { createSchema } from '../../../src/graphql/schema.ts';
import { coerceVariables } from '../../../src/graphql/variables.ts';
import { createKycGateway, type KycGateway } from '../../../src/index.ts';
import { submission } from '../../journal/contract.ts';
import { operationsOf } from '../../support/generated-operations.ts';

const RUNS = process.env['XGATEWAY_LONG'] === '1' ? 20_000 : 400;
const policy = { limits: DEFAULT_LIMITS, introspection: 'everyone' } as const;
const viewers: readonly (Viewer | null)[] = [
  { subject: 'admin', customerId: null, mayRead: true, mayAdmin: true, expiresAt: null },
  { subject: 'service', customerId: null, mayRead: true, mayAdmin: false, expiresAt: null },
  { subject: 'a', customerId: 'a', mayRead: false, mayAdmin: false, expiresAt: null },
  null,
];

let gateway: KycGateway;
let context: OperationContext;
const globalIds: string[] = [];
const cursors: string[] = [];
beforeAll(async () => {
  gateway = await createKycGateway({
    secrets: { current: 'secret' },
    databaseUrl: 'sqlite::memory:',
    access: () => null,
    relayNode: true,
  });
  await gateway.start();
  context = partsOf(await gateway.context({ headers: {} })).operation;
  const said = {
    missingDocuments: ['PASSPORT', 'A NEW DOCUMENT'],
    rejectLabels: ['BAD_SELFIE'],
    extra: { constructor: 1 },
  };
  for (const status of ['CREATED', 'FULL_USER', 'SOFT_KYC_FAILED', null, 'A NEW STATUS']) {
    await context.journal.append([
      submission('a', status),
      submission('b', status, said),
      submission('c', 'FULL_USER'),
    ]);
  }
  const ofAdmin = { ...context, viewer: viewers[0] as Viewer };
  const found = await execute({
    schema: createSchema(),
    document: parse('{ kycUpdates { nodes { id cursor kyc { id } } } }'),
    contextValue: ofAdmin,
  });
  // biome-ignore lint/suspicious/noExplicitAny: the query is above
  for (const { id, cursor, kyc } of (found.data as any).kycUpdates.nodes) {
    globalIds.push(id, kyc.id);
    cursors.push(cursor);
  }
});
afterAll(() => gateway.stop());

/** What both executors say of each generated operation. Counts those that a plan has answered. */
async function compare(schema: GraphQLSchema, scalars: Record<string, readonly unknown[]>, runs: number) {
  let answered = 0;
  let failed = 0;
  await fc.assert(
    fc.asyncProperty(
      operationsOf(schema, scalars),
      fc.constantFrom(...viewers),
      async ({ query, variables }, viewer) => {
        const document = parse(query);
        fc.pre(validate(schema, document).length === 0);
        const operation = getOperationAST(document);
        if (operation == null) throw new Error('no operation');
        const contextValue = { ...context, viewer };
        const coerce = () => coerceVariables(schema, operation, variables);
        fc.pre(isAllowed(() => checkLimits(schema, { document, operation, variables: coerce() }, viewer, policy)));
        const expected = await execute({ schema, document, contextValue, variableValues: variables });
        const planned = await executePlan(schema, { document, operation }, coerce(), contextValue);
        if (expected.errors === undefined) {
          answered++;
          expect(JSON.stringify(planned)).toBe(JSON.stringify(expected.data));
        } else {
          failed++;
          expect(planned).toBeNull();
        }
      },
    ),
    { numRuns: runs, maxSkipsPerRun: 1_000 },
  );
  return { answered, failed };
}

async function executePlan(
  schema: GraphQLSchema,
  parsed: Parameters<typeof planQuery>[1],
  variables: Record<string, unknown>,
  contextValue: OperationContext,
): Promise<unknown> {
  try {
    return await planQuery(schema, parsed, variables).execute(contextValue, variables);
  } catch {
    return null;
  }
}

function isAllowed(check: () => unknown): boolean {
  try {
    check();
    return true;
  } catch {
    return false;
  }
}

const scalars = () => ({
  ID: ['a', 'b', 'c', 'unknown', '', ...globalIds],
  String: ['', 'a', 'earliest', ...cursors],
  Int: [0, 1, 2, 200, -1],
  Boolean: [true, false],
  DateTime: ['2026-01-01T00:00:00Z', '2100-01-01T00:00:00+01:00'],
});

test('a plan answers what graphql-js answers, and nothing that has an error', async () => {
  const { answered, failed } = await compare(createSchema(), scalars(), RUNS);
  expect(answered).toBeGreaterThan(RUNS / 10);
  expect(failed).toBeGreaterThan(RUNS / 10);
});

test('the same in a federated graph', async () => {
  const entities = ['a', 'b', 'unknown'].flatMap((customerId) => [
    { __typename: 'Kyc', customerId },
    { __typename: 'KycUpdate', customerId, revision: 1 },
    { __typename: 'Customer', id: customerId },
  ]);
  const subgraph = createSubgraph({ entity: 'Customer', key: 'id', field: 'kyc' });
  const { answered } = await compare(subgraph, { ...scalars(), _Any: entities }, RUNS / 2);
  expect(answered).toBeGreaterThan(RUNS / 20);
});
