/** What the hook's test runs in a browser: a list of customers, each shown by a component with the hook in it. */
import { createElement, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import {
  type KycConnectionOptions,
  type KycCustomersQuery,
  KycProvider,
  KycStatusView,
  type KycUpdatesQuery,
  useKycCustomers,
  useKycStatus,
  useKycUpdates,
} from '../../src/client/react.ts';

/** What the page has for the test. */
export interface TestPage {
  /** Shows these customers, below a provider or, with `alone`, each with options of its own. */
  show(customers: readonly (string | null)[], options: KycConnectionOptions, alone?: boolean): void;
  /** Shows staff the latest updates, a list, and a customer's status in words. */
  showStaff(options: KycConnectionOptions, updates: KycUpdatesQuery, customers: KycCustomersQuery): void;
  /** What every rendering showed: the customer asked for, and the one who was shown. */
  readonly rendered: (readonly [asked: string | null, shown: string | undefined])[];
}

const { document } = globalThis as unknown as { document: { body: Element } };
const root = createRoot(document.body);
const rendered: TestPage['rendered'] = [];

function Status({
  customerId,
  options,
}: {
  readonly customerId: string | null;
  readonly options?: KycConnectionOptions;
}) {
  const { kyc, connection } = useKycStatus(customerId, options);
  rendered.push([customerId, kyc?.customerId]);
  return createElement(
    'li',
    null,
    `${customerId}: ${kyc?.status ?? 'unknown'} ${kyc?.revision ?? 0}, ${connection.name}`,
  );
}

function Updates(query: KycUpdatesQuery) {
  const { updates, connection } = useKycUpdates(query);
  const shown = updates.map(({ customerId, revision }) => `${customerId} ${revision}`).join(', ');
  return createElement('li', null, `updates: ${shown}; ${connection.name}`);
}

function Customers(query: KycCustomersQuery) {
  const { customers, pageInfo, connection } = useKycCustomers(query);
  const shown = customers?.map(({ customerId, status }) => `${customerId} ${status}`).join(', ') ?? 'unknown';
  return createElement('li', null, `customers: ${shown}; more ${pageInfo?.hasNextPage}; ${connection.name}`);
}

const page: TestPage = {
  showStaff(options, updates, customers) {
    const staff = [
      createElement(Updates, { key: 1, ...updates }),
      createElement(Customers, { key: 2, ...customers }),
      createElement(KycStatusView, { key: 3, customerId: 'ana', onAction: () => {} }),
    ];
    root.render(createElement(StrictMode, null, createElement(KycProvider, { ...options }, staff)));
  },
  rendered,
  show(customers, options, alone = false) {
    const list = customers.map((customerId, key) =>
      createElement(Status, { key, customerId, ...(alone && { options: { ...options } }) }),
    );
    // A new object with each rendering, as in most applications.
    root.render(createElement(StrictMode, null, alone ? list : createElement(KycProvider, { ...options }, list)));
  },
};
Object.assign(globalThis, { page });
