/** The customer's own KYC, live: everything here comes from one hook. */
import { useKycStatus } from 'xgateway-kyc/react';
import { adviceFor } from './labels.ts';

/** What the customer has to do next, and whether the page is up to date. */
export function IdentityCard() {
  const { kyc, connection } = useKycStatus();
  const { tone, title, text, points, action } = adviceFor(kyc);
  if (kyc === null && connection.name === 'connecting')
    return <section className="card" aria-busy="true" aria-label="Identity" />;
  return (
    <section className="card identity" data-tone={tone} aria-label="Identity">
      <div role="status">
        <h2>{title}</h2>
        <p>{text}</p>
        {points.length > 0 && (
          <ul>
            {points.map((point) => (
              <li key={point}>{point}</li>
            ))}
          </ul>
        )}
      </div>
      {action !== null && <button type="button">{action}</button>}
      {(connection.name === 'retrying' || connection.name === 'closed') && (
        <p className="stale">
          {connection.name === 'retrying'
            ? 'The connection is interrupted. This may be out of date; we are trying again.'
            : 'This page is no longer connected. Please reload it.'}
        </p>
      )}
    </section>
  );
}

/** Bank transfer is for those who are verified: not for those who once were, nor for those in doubt. */
export function PayButton() {
  const { kyc } = useKycStatus();
  return (
    <button type="button" className="pay" disabled={kyc?.verified !== true}>
      Pay by bank transfer
    </button>
  );
}
