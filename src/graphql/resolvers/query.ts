/** Resolvers of the queries. */
import { requireAdmin, requireCustomer, requireReader } from '../../access/viewer.ts';
import { KYC_STATUSES, type KycStatus, statusOf } from '../../domain/kyc.ts';
import { KycError } from '../../errors.ts';
import { readCustomers } from '../../journal/customers.ts';
import type { CustomerRecord } from '../../journal/journal.ts';
import { chargeUpdates } from '../answer-budget.ts';
import { attentionPage } from '../attention-page.ts';
import { noteOpened } from '../audit.ts';
import { page, pageSize, positionOf } from '../connection.ts';
import { customerSelection } from '../customer-selection.ts';
import type { QueryResolvers } from '../generated/resolvers.ts';
import { MAX_NEAR, nearCustomers } from '../near-customers.ts';
import { readInParts } from '../read-in-parts.ts';
import { statistics } from '../statistics.ts';
import { updatePage } from '../update-page.ts';
import { auditLogPage } from './audit-log.ts';
import { deadLetterPage } from './dead-letter.ts';
import { readAsOf } from './node.ts';
import { journalHead } from './state.ts';

/** Resolvers of `Query`. */
export const queryResolvers: QueryResolvers = {
  myKyc: (_root, _args, { journal, viewer }) => journal.customer(requireCustomer(viewer, null)),

  kyc(_root, { customerId: requested, asOf }, { journal, viewer }) {
    const customerId = requireCustomer(viewer, requested);
    return asOf == null ? journal.customer(customerId) : readAsOf(journal, customerId, asOf);
  },

  async kycByCustomerIds(_root, { customerIds }, { journal, viewer }, { variableValues }) {
    requireReader(viewer);
    const customers = await readCustomers(journal, customerIds);
    chargeUpdates(
      variableValues,
      customers.flatMap((customer) => customer?.latest ?? []),
    );
    return customers;
  },

  async kycDeadLetters(_root, query, context) {
    const { journal, viewer } = context;
    requireAdmin(viewer);
    const connection = await deadLetterPage(journal.deadLetters, query);
    noteOpened(
      context,
      connection.nodes.map(({ customerId }) => customerId),
    );
    return connection;
  },

  async kycCustomers(_root, { filter, first, after }, context, { variableValues }) {
    const { journal, viewer } = context;
    requireReader(viewer);
    const size = pageSize(first, 50);
    const before = after == null ? null : await positionOf(journal, after);
    const selection = await customerSelection(journal, filter ?? {});
    // Read first: whatever changes after this moment comes after `asOf`, whether or not this page shows it. That includes customers who
    // change while the page is read in parts.
    const head = await journal.head();
    const customers = await readInParts<CustomerRecord>(
      size + 1,
      (last, limit) => journal.customers({ ...selection, before: last?.latest.position ?? before, limit }),
      (part) =>
        chargeUpdates(
          variableValues,
          part.map(({ latest }) => latest),
        ),
    );
    const connection = page(customers, size, ({ latest }) => journal.cursors.encode(latest), before === null);
    noteOpened(
      context,
      connection.nodes.map(({ latest }) => latest.customerId),
    );
    return { ...connection, asOf: journal.cursors.encode(head) };
  },

  async kycUpdates(_root, request, context, { variableValues }) {
    const { feed, journal, viewer } = context;
    requireReader(viewer);
    const found = await updatePage({ feed, journal }, request, (updates) => chargeUpdates(variableValues, updates));
    noteOpened(
      context,
      found.nodes.map(({ customerId }) => customerId),
    );
    return found;
  },

  async kycAuditLog(_root, request, { journal, viewer }) {
    requireAdmin(viewer);
    return auditLogPage(journal.auditLog, request);
  },

  async kycConsumers(_root, _args, { actions, viewer }) {
    requireAdmin(viewer);
    return actions.consumers.list();
  },

  async kycAttention(_root, request, context, { variableValues }) {
    const { actions, journal, viewer } = context;
    const { mayAdmin } = requireReader(viewer);
    const found = await attentionPage(
      { list: actions.attention, journal, mayAdmin, charge: (updates) => chargeUpdates(variableValues, updates) },
      request,
    );
    noteOpened(
      context,
      found.nodes.map((item) => item.update?.customerId),
    );
    return found;
  },

  async kycCustomersNear(_root, { customerId, first }, context, { variableValues }) {
    const { journal, viewer } = context;
    requireReader(viewer);
    const size = pageSize(first, 5);
    if (size > MAX_NEAR) throw new KycError('BAD_USER_INPUT', `"first" must be from 0 to ${MAX_NEAR}.`);
    const customers = await nearCustomers(journal, customerId, size);
    chargeUpdates(
      variableValues,
      customers.map(({ latest }) => latest),
    );
    noteOpened(
      context,
      customers.map(({ latest }) => latest.customerId),
    );
    return customers;
  },

  async kycStatistics(_root, { from, to }, { journal, viewer }) {
    requireAdmin(viewer);
    return statistics(journal, { from, to });
  },

  async kycJournalHead(_root, _args, { journal, viewer }) {
    requireReader(viewer);
    return journalHead(await journal.head());
  },

  async kycStatusCounts(_root, _args, { journal, viewer }) {
    requireReader(viewer);
    const counts = new Map<KycStatus, number>();
    for (const [raw, count] of await journal.statusCounts()) {
      const status = statusOf(raw);
      counts.set(status, (counts.get(status) ?? 0) + count);
    }
    return KYC_STATUSES.filter((status) => counts.has(status)).map((status) => ({
      status,
      count: counts.get(status) ?? 0,
    }));
  },
};
