import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Holding, planEviction } from '../../src/journal/dead-letter-eviction.ts';

const held = (sender: string | null, customerId: string | null, said: Partial<Holding> = {}): Holding => ({
  sender,
  customerId,
  bytes: 1,
  priority: 0,
  ...said,
});
const times = (count: number, make: (index: number) => Holding) =>
  Array.from({ length: count }, (_, index) => make(index));
const survivors = (holdings: readonly Holding[], count: number, bytes = 1e9) => {
  const evicted = new Set(planEviction(holdings, { count, bytes }));
  return holdings.filter((_, index) => !evicted.has(index));
};

test('one sender with many customers displaces no other sender', () => {
  const quiet = times(5, (index) => held('quiet', `q${index}`));
  const flood = times(50, (index) => held('flood', `f${index}`));
  expect(survivors([...quiet, ...flood], 20).filter(({ sender }) => sender === 'quiet')).toHaveLength(5);
});

test('many senders with one customer displace no other customer', () => {
  const quiet = times(5, (index) => held(`s${index}`, `q${index}`));
  const flood = times(50, (index) => held(`f${index}`, 'victim'));
  expect(survivors([...flood, ...quiet], 20).filter(({ customerId }) => customerId !== 'victim')).toHaveLength(5);
});

test('behind one proxy, invented customers make room for known ones', () => {
  const known = times(10, (index) => held('proxy', `known ${index % 5}`, { priority: 1 }));
  const invented = times(100, (index) => held('proxy', `invented ${index}`));
  expect(survivors([...known, ...invented], 30).filter(({ priority }) => priority === 1)).toHaveLength(10);
});

test('behind one proxy, a flood about one known customer does not displace the unknown ones', () => {
  const unknown = times(10, (index) => held('proxy', `new ${index}`));
  const flood = times(100, () => held('proxy', 'alice', { priority: 1 }));
  expect(survivors([...unknown, ...flood], 30).filter(({ priority }) => priority === 0)).toHaveLength(10);
});

test('among equals the oldest goes, and bytes count where bytes are short', () => {
  const equals = times(4, (index) => held('s', 'c', { bytes: index }));
  expect(planEviction(equals, { count: 2, bytes: 1e9 })).toEqual([0, 1]);
  const large = [held('a', 'a', { bytes: 90 }), held('b', 'b'), held('b', 'c'), held('b', 'd')];
  expect(planEviction(large, { count: 10, bytes: 50 })).toEqual([0]);
});

test('whatever is held, the rest fits, and nothing is evicted in vain', () => {
  const holding = fc.record({
    sender: fc.constantFrom('a', 'b', 'c', null),
    customerId: fc.constantFrom('x', 'y', null),
    bytes: fc.nat(100),
    priority: fc.constantFrom(0, 1, 2),
  });
  fc.assert(
    fc.property(fc.array(holding), fc.nat(20), fc.nat(500), (holdings, count, bytes) => {
      const evicted = planEviction(holdings, { count, bytes });
      expect(new Set(evicted).size).toBe(evicted.length);
      const fits = (gone: readonly number[]) => {
        const rest = holdings.filter((_, index) => !gone.includes(index));
        return rest.length <= count && rest.reduce((sum, one) => sum + one.bytes, 0) <= bytes;
      };
      expect(fits(evicted)).toBe(true);
      if (evicted.length > 0) expect(fits(evicted.slice(0, -1))).toBe(false);
    }),
  );
});
