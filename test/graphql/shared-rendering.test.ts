/** Subscribers share the text of an update. A field that depends on the viewer must not leak through it: every field is tried. */
import { type GraphQLObjectType, getNamedType, isLeafType, isObjectType } from 'graphql';
import { expect, test } from 'vitest';
import { createSchema } from '../../src/graphql/schema.ts';
import { type Answer, adminToken, readerToken, startTestServer, token } from '../support/server.ts';

const update = createSchema().getType('KycUpdate') as GraphQLObjectType;

/** Every field, with the leaves of what is below it; one that leads back to a customer or an update is left at that. */
function selectionOf(type: GraphQLObjectType, depth = 0): string[] {
  return Object.values(type.getFields()).flatMap(({ name, type: fieldType, args }) => {
    if (args.some(({ type: argument }) => String(argument).endsWith('!'))) return [];
    const named = getNamedType(fieldType);
    if (isLeafType(named)) return [name];
    if (!isObjectType(named) || depth > 1) return [];
    const below = selectionOf(named, depth + 1).filter((field) => !field.includes('{') || depth === 0);
    return below.length === 0 ? [] : [`${name} { ${below.join(' ')} }`];
  });
}

/** What a viewer gets for one field: its value, or the code of its error. */
const outcome = (answer: Answer, path: (data: NonNullable<Answer['data']>) => unknown) => ({
  codes: (answer.errors ?? []).map(({ extensions }) => extensions.code),
  update: answer.data == null ? null : path(answer.data),
});

test.each(selectionOf(update))(
  'KycUpdate { %s } shows each viewer what it shows them without sharing',
  async (field) => {
    await using server = await startTestServer();
    await server.callback('c', {
      status: 'FULL_USER',
      kycRejectLabel: 'A',
      docsMissing: ['SELFIE'],
      unknownField: 'only for admins',
    });
    const viewers = [await adminToken(), await readerToken(), await token({ sub: 'c' })];
    const live = `subscription { kycStatusChanged(customerId: "c") { ${field} } }`;
    // Both orders: whoever comes first must not decide for the others.
    for (const order of [viewers, viewers.toReversed()]) {
      const followings = order.map((viewer) => server.follow(live, viewer));
      const shared = await Promise.all(followings.map((following) => following.next()));
      for (const [index, viewer] of order.entries()) {
        const own = await server.query(`{ kyc(customerId: "c") { latestUpdate { ${field} } } }`, viewer);
        expect(outcome(shared[index] as Answer, (data) => data.kycStatusChanged)).toEqual(
          outcome(own, (data) => data.kyc?.latestUpdate),
        );
      }
      await Promise.all(followings.map((following) => following[Symbol.asyncDispose]()));
    }
  },
);
