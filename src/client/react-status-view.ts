/** What a customer has to do next, in words, as a React component without styles. */
'use client';

import { createElement, type ReactElement } from 'react';
import type { KycConnectionOptions } from './connection.ts';
import { NO_KYC } from './kyc-views.ts';
import { useLiveView } from './react-source.ts';
import { describeKyc, KYC_STATUS_TEXTS, type KycStatusTexts } from './status-texts.ts';

/** What to show, and in which words. */
export interface KycStatusViewProps {
  /** The customer; the token's own when left out. */
  readonly customerId?: string | null | undefined;
  /** The texts. Default: English. */
  readonly texts?: KycStatusTexts | undefined;
  /** Called when the customer asks for the identity check. Without it there is no button. */
  readonly onAction?: (() => void) | undefined;
  /** The class of the section. Default `kyc-status`. */
  readonly className?: string | undefined;
  /** How to reach the gateway. Default: the `KycProvider` above. */
  readonly options?: KycConnectionOptions | undefined;
}

/**
 * Shows what a customer has to do next, live: a `section` with a heading, a text, the documents that are missing, a button, and a
 * note while the page may be out of date. `data-tone` is `todo`, `wait`, `problem` or `done`; style it as you like.
 *
 * @example
 * ```tsx
 * import { KYC_STATUS_TEXTS, KycStatusView } from 'xgateway-kyc/react';
 *
 * export const Identity = () => <KycStatusView texts={KYC_STATUS_TEXTS} onAction={() => location.assign('/identity')} />;
 * ```
 */
export function KycStatusView({
  customerId = null,
  texts = KYC_STATUS_TEXTS,
  onAction,
  className = 'kyc-status',
  options,
}: KycStatusViewProps): ReactElement {
  const { kyc, connection } = useLiveView('KycStatusView', options, (views) => views.customer(customerId), NO_KYC);
  if (kyc === null && connection.name === 'connecting')
    return createElement('section', { className, 'aria-busy': true });
  const { tone, title, text, documents, action } = describeKyc(kyc, texts);
  const stale =
    connection.name === 'retrying' ? texts.interrupted : connection.name === 'closed' ? texts.disconnected : null;
  return createElement(
    'section',
    { className, 'data-tone': tone },
    createElement(
      'div',
      { role: 'status' },
      createElement('h2', null, title),
      createElement('p', null, text),
      documents.length > 0 &&
        createElement('ul', null, ...documents.map((name, key) => createElement('li', { key }, name))),
    ),
    action !== null && onAction !== undefined && createElement('button', { type: 'button', onClick: onAction }, action),
    stale !== null && createElement('p', { className: `${className}-stale` }, stale),
  );
}
