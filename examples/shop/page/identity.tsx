/** The customer's own KYC, live: everything here comes from one hook. */
import { useState } from 'react';
import { describeKyc, useKycStatus } from 'xgateway-kyc/react';
import { SHOP_TEXTS } from './labels.ts';

/** What the customer has to do next, and whether the page is up to date. */
export function IdentityCard() {
  const { kyc, connection } = useKycStatus();
  const { tone, title, text, documents, action } = describeKyc(kyc, SHOP_TEXTS);
  if (kyc === null && connection.name === 'connecting')
    return <section className="card" aria-busy="true" aria-label="Identity" />;
  return (
    <section className="card identity" data-tone={tone} aria-label="Identity">
      <div role="status">
        <h2>{title}</h2>
        <p>{text}</p>
        {documents.length > 0 && (
          <ul>
            {documents.map((document) => (
              <li key={document}>{document}</li>
            ))}
          </ul>
        )}
      </div>
      {action !== null && <button type="button">{action}</button>}
      {(connection.name === 'retrying' || connection.name === 'closed') && (
        <p className="stale">{connection.name === 'retrying' ? SHOP_TEXTS.interrupted : SHOP_TEXTS.disconnected}</p>
      )}
    </section>
  );
}

/**
 * Bank transfer is for those who are verified: not for those who once were, nor for those in doubt. The button says so early; the
 * shop's server decides.
 */
export function PayButton() {
  const { kyc } = useKycStatus();
  const [outcome, setOutcome] = useState('');
  const pay = async (): Promise<void> => {
    const response = await fetch('/api/pay', { method: 'POST' });
    setOutcome(response.ok ? 'Paid. Thank you!' : 'Not paid: we could not confirm your identity.');
  };
  return (
    <>
      <button type="button" className="pay" disabled={kyc?.verified !== true} onClick={() => void pay()}>
        Pay by bank transfer
      </button>
      <p role="status" aria-label="Payment">
        {outcome}
      </p>
    </>
  );
}
