/** What the hook's test runs in a browser: a list of customers, each shown by a component with the hook in it. */
import { createElement, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { type KycConnectionOptions, KycProvider, useKycStatus } from '../../src/client/react.ts';

/** What the page has for the test. */
export interface TestPage {
  /** Shows these customers, below a provider or, with `alone`, each with options of its own. */
  show(customers: readonly (string | null)[], options: KycConnectionOptions, alone?: boolean): void;
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

const page: TestPage = {
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
