/** The code API: what GraphQL offers, for the application's own code, on the same reads and actions. */
import { requireCustomerId } from '../access/customer-id.ts';
import { hasExpired, requireCustomer, requireReader, type Viewer } from '../access/viewer.ts';
import type { KycActions } from '../admin/actions.ts';
import type { ConsumerRegistry } from '../consumers/registry.ts';
import type { KycUpdate as JournalUpdate } from '../domain/update.ts';
import { isSelected } from '../domain/update-filter.ts';
import { KycError } from '../errors.ts';
import { customerAsOf } from '../journal/as-of.ts';
import { readCustomers } from '../journal/customers.ts';
import { erasureReport } from '../journal/erasure-report.ts';
import type { CustomerRecord, Journal } from '../journal/journal.ts';
import type { KycApi, KycReader } from './api-contract.ts';
import { attentionView, pendingView } from './attention-api.ts';
import { consumersApi } from './consumers-api.ts';
import { deadLettersApi } from './dead-letters-api.ts';
import { checkBy, checkFilter, momentOf } from './given.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { UpdateStreams } from './update-streams.ts';
import { kycView, type Sight, SYSTEM, updateView } from './views.ts';
import { waitFor } from './wait-for.ts';

/** What the code API needs. */
export interface ApiOptions {
  readonly journal: Journal;
  readonly actions: KycActions;
  readonly registry: ConsumerRegistry;
  readonly streams: UpdateStreams;
  readonly lifecycle: Lifecycle;
}

/** Makes the code API of a gateway. */
export function createApi({ journal, actions, registry, streams, lifecycle }: ApiOptions): KycApi {
  const reader = readerOf(journal, lifecycle);
  const show = (customer: CustomerRecord) => kycView(journal, customer);
  const act = <Result>(work: () => Promise<Result>): Promise<Result> =>
    lifecycle.run(() => {
      lifecycle.checkStarted();
      return work();
    });
  return {
    ...reader(SYSTEM, requireCustomerId, () => {}),
    ...consumersApi({ journal, registry, actions: actions.consumers, lifecycle }),
    as: (viewer) =>
      reader(
        viewer ?? { mayRead: false, mayAdmin: false },
        (customerId) => requireCustomer(unexpired(viewer), customerId),
        () => void requireReader(unexpired(viewer)),
      ),
    updates(options = {}) {
      const { after = null, customerId = null, filter, signal } = options;
      const matches = (update: JournalUpdate) => isSelected(update, filter);
      const updates = streams.follow({ after, customerId, matches, validate: () => checkFilter(filter), signal });
      return mapped(updates, (update) => updateView(journal, update));
    },
    waitFor: (customerId, predicate, options) => waitFor({ journal, streams }, customerId, predicate, options),
    record: (report, { by, verified = false }) =>
      act(async () => {
        const recorded = await actions.record(report, { by: checkBy(by), isVerified: verified === true });
        return { ...recorded, update: recorded.update && updateView(journal, recorded.update) };
      }),
    refresh: (customerId) =>
      act(async () => {
        const { outcome, customer } = await actions.refresh(customerId);
        return { outcome, kyc: customer && show(customer) };
      }),
    confirm: (customerId, revision, { by, ...grounds }) =>
      act(async () => {
        const decided = await actions.confirm({ ...grounds, customerId, revision, by: checkBy(by) });
        return { outcome: decided.outcome, kyc: show(decided.customer) };
      }),
    correct: (customerId, revision, status, { by, ...grounds }) =>
      act(async () => {
        const decided = await actions.correct({ ...grounds, customerId, revision, status, by: checkBy(by) });
        return { outcome: decided.outcome, kyc: show(decided.customer) };
      }),
    attention: (options = {}) => act(() => attentionView({ journal, list: actions.attention }, options)),
    acknowledge: (customerId, revision, { by, ...grounds }) =>
      act(async () => {
        const acknowledged = await actions.acknowledge({ ...grounds, customerId, revision, by: checkBy(by) });
        return { ...acknowledged, update: updateView(journal, acknowledged.update) };
      }),
    withdraw: (customerId, revision, { by, reason }) =>
      act(async () => {
        const { withdrawn } = await actions.withdraw({ customerId, revision, by: checkBy(by), reason });
        return { withdrawn: withdrawn && pendingView(withdrawn) };
      }),
    erase: (customerId, { by, reason }) =>
      lifecycle.run(async () => erasureReport(await actions.erase({ customerId, by: checkBy(by), reason }))),
    deadLetters: deadLettersApi({ journal, actions, lifecycle, act }),
  };
}

/** Makes readers: what they see, which customer they may read, and whether they may read many. */
function readerOf(journal: Journal, lifecycle: Lifecycle) {
  return (sight: Sight, oneOf: (customerId: string) => string, checkMany: () => void): KycReader => ({
    kyc: (customerId, { asOf } = {}) =>
      lifecycle.run(async () => {
        const id = oneOf(customerId);
        const customer = await (asOf == null ? journal.customer(id) : customerAsOf(journal, id, momentOf(asOf)));
        return customer === null ? null : kycView(journal, customer, sight);
      }),
    kycMany: (customerIds) =>
      lifecycle.run(async () => {
        checkMany();
        const customers = await readCustomers(journal, customerIds);
        return customers.map((customer) => customer && kycView(journal, customer, sight));
      }),
  });
}

function unexpired(viewer: Viewer | null): Viewer | null {
  if (!hasExpired(viewer)) return viewer;
  throw new KycError('UNAUTHENTICATED', "The viewer's token has expired.");
}

function mapped<From, To>(
  source: AsyncIterableIterator<From, undefined>,
  map: (value: From) => To,
): AsyncIterableIterator<To, undefined> {
  const of = (result: IteratorResult<From, undefined>): IteratorResult<To, undefined> =>
    result.done === true ? result : { done: false, value: map(result.value) };
  return {
    next: async () => of(await source.next()),
    return: async () => of((await source.return?.()) ?? { done: true, value: undefined }),
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
