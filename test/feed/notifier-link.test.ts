/** An owner's notifier in every state of ruin. Time is virtual: the deadlines are seconds. */
import type { PubSubEngine } from 'graphql-subscriptions';
import { beforeEach, describe, expect, test } from 'vitest';
import { NotifierLink } from '../../src/feed/notifier-link.ts';
import { createKycGateway } from '../../src/gateway/create.ts';
import { seededRandom } from '../simulation/random.ts';
import { VirtualTime } from '../simulation/virtual-time.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

type Listener = (hint: unknown) => void;

let time: VirtualTime;
let heard: unknown[];
let states: boolean[];
let unsubscribed: number[];
beforeEach(() => {
  time = new VirtualTime(seededRandom(1));
  [heard, states, unsubscribed] = [[], [], []];
});

/** An engine that works, but for what is replaced. */
function engine(replaced: object): PubSubEngine {
  return {
    publish: async () => {},
    subscribe: async () => 1,
    unsubscribe: (id: number) => unsubscribed.push(id),
    ...replaced,
  } as unknown as PubSubEngine;
}

function link(of: PubSubEngine): NotifierLink {
  const events = {
    notified: (hint: unknown) => heard.push(hint),
    changed: (isWorking: boolean) => states.push(isWorking),
  };
  return new NotifierLink(
    of,
    events,
    time.scheduler(() => true),
  );
}

const hang = () => new Promise<never>(() => {});
const fail = () => {
  throw new Error('down');
};
const failures = { throws: fail, rejects: async () => fail(), hangs: hang };

describe.each(Object.entries(failures))('a notifier whose subscribe %s', (_name, broken) => {
  test('does not hold up the start, is retried, and then tells to read the journal', async () => {
    let subscribe: (topic: string, listener: Listener) => Promise<number> = broken;
    const linked = link(engine({ subscribe: (topic: string, listener: Listener) => subscribe(topic, listener) }));
    let hasStarted = false;
    void linked.start().then(() => {
      hasStarted = true;
    });
    await time.run(2_500);
    expect([hasStarted, linked.isWorking, heard]).toEqual([true, false, []]);
    subscribe = async () => 7;
    await time.run(60_000);
    expect([linked.isWorking, heard, states.at(-1)]).toEqual([true, [null], true]);
  });

  test('for an hour is called ever more rarely, and never more than a few times at once', async () => {
    let calls = 0;
    const linked = link(
      engine({
        subscribe: () => {
          calls++;
          return broken();
        },
      }),
    );
    void linked.start();
    await time.run(3_600_000);
    expect(calls).toBeLessThan(140);
    if (broken === hang) expect(calls).toBe(4);
    linked.stop();
    const before = calls;
    await time.run(7_200_000);
    expect(calls).toBe(before);
  });
});

test('a subscription that is answered after its deadline counts, and a second one is given back', async () => {
  const answers: ((id: number) => void)[] = [];
  const linked = link(engine({ subscribe: () => new Promise((resolve) => answers.push(resolve)) }));
  void linked.start();
  await time.run(10_000);
  expect(answers.length).toBeGreaterThan(1);
  answers.forEach((answer, index) => {
    answer(index);
  });
  await time.run(20_000);
  expect([linked.isWorking, heard, unsubscribed]).toEqual([true, [null], answers.map((_, index) => index).slice(1)]);
});

test('one that is answered after the stop is given back', async () => {
  const answered = Promise.withResolvers<number>();
  const linked = link(
    engine({ subscribe: () => answered.promise, unsubscribe: (id: number) => [unsubscribed.push(id), fail()] }),
  );
  void linked.start();
  linked.stop();
  answered.resolve(5);
  await time.run(1_000);
  expect([unsubscribed, heard]).toEqual([[5], []]);
});

test.each(Object.entries(failures))(
  'publishing that %s throws nothing, is reported, and is over with the next success',
  async (_name, broken) => {
    let publish: (topic: string, position: number) => Promise<unknown> = broken;
    const linked = link(engine({ publish: (topic: string, position: number) => publish(topic, position) }));
    await linked.start();
    linked.publish(1);
    await time.run(6_000);
    expect([linked.isWorking, states]).toEqual([false, [true, false]]);
    publish = async () => {};
    linked.publish(2);
    await time.run(7_000);
    expect([linked.isWorking, states.at(-1)]).toEqual([true, true]);
  },
);

test('ten thousand commits while a publication hangs wait as one: the last', async () => {
  const published: number[] = [];
  const linked = link(
    engine({
      publish: (_topic: string, position: number) => {
        published.push(position);
        return hang();
      },
    }),
  );
  await linked.start();
  for (let position = 1; position <= 10_000; position++) linked.publish(position);
  await time.run(3_600_000);
  expect(published).toEqual([1, 10_000]);
  for (let position = 1; position <= 100; position++) {
    linked.publish(position);
    await time.run(3_600_000 + position * 6_000);
  }
  expect(published.length).toBe(4);
});

test('a gateway starts, is ready and stops with a notifier that hangs in everything, and says so', async () => {
  using folder = temporaryFolder();
  const notifier = engine({ subscribe: hang, publish: hang, unsubscribe: fail });
  const gateway = await createKycGateway({
    secrets: { current: 'a secret of the tests' },
    databaseUrl: `sqlite:${folder.path}/kyc.db`,
    access: async () => null,
    notifier,
  });
  const startedAt = performance.now();
  await gateway.start();
  await gateway.checkReady();
  expect(performance.now() - startedAt).toBeLessThan(10_000);
  expect(await gateway.metrics.registry.getSingleMetricAsString('xgateway_kyc_notifier_connected')).toMatch(/ 0$/);
  await gateway.stop();
});
