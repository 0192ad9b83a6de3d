/** What people who signed in did about a customer, in the customer's record. */
import type { Act, Acts } from './customer-audit.ts';
import { Shown } from './text.tsx';

export function People({ acts: { acts, isComplete } }: { acts: Acts }) {
  if (acts.length === 0 && isComplete) return null;
  return (
    <section>
      <h3>What people did, oldest first</h3>
      <p>
        From the audit log: it also has what made no update, such as a decision that was withdrawn before a second
        person agreed.
      </p>
      {!isComplete && (
        <p className="notice">
          The audit log has more about this customer than is read here. <code>xgateway-kyc export --audit</code> writes
          all of it.
        </p>
      )}
      <ol>
        {acts.map((act) => (
          <li key={`${act.at} ${act.requestId} ${act.fields.join()}`}>
            {act.at} <Shown text={nameOf(act)} />: <code>{act.fields.join(', ')}</code>
            {act.outcome !== 'DONE' && ` (${[act.outcome.toLowerCase(), ...act.codes].join(', ')})`}
            {act.requestId !== null && <Shown text={`, request ${act.requestId}`} />}
          </li>
        ))}
      </ol>
    </section>
  );
}

/** The name at the time, and what identifies the person. */
function nameOf({ person: { name, subject, issuer } }: Act): string {
  const identity = issuer === null ? subject : `${subject} at ${issuer}`;
  return name === identity ? name : `${name} (${identity})`;
}
