/** One update in a customer's record: everything that is known of it, and nothing cut. */
import type { ReactNode } from 'react';
import { Confirmation } from './confirmation.tsx';
import type { KycDoubtReason, RecordUpdateFragment } from './generated/operations.ts';
import { moment, SOURCE_NAMES, STATUS_NAMES } from './labels.ts';
import { Shown } from './text.tsx';

const DOUBTS: Readonly<Record<KycDoubtReason, string>> = {
  REVERSAL: 'approved again after a reversal',
  DENIAL: 'XGateway’s API denies it',
  IMPORT: 'imported without proof',
  UNCONFIRMED: 'not confirmed yet',
};

export function RecordEntry({ update }: { update: RecordUpdateFragment }) {
  const { revision, status, rawStatus, previousStatus, receivedAt, source, confirmedBy, journalEntry } = update;
  return (
    <li className="record-entry">
      <h4>Revision {revision}</h4>
      <dl>
        <Fact name="Status">
          {STATUS_NAMES[status]}, sent as <code>{rawStatus === null ? 'null' : <Shown text={rawStatus} />}</code>
        </Fact>
        {previousStatus !== null && <Fact name="Before">{STATUS_NAMES[previousStatus]}</Fact>}
        <Fact name="Received">
          {receivedAt} ({moment(receivedAt)})
        </Fact>
        <Fact name="Source">{SOURCE_NAMES[source]}</Fact>
        <TextFact name="Notes" text={remarksOf(update).join('; ')} />
        <Fact name="Confirmed by">{confirmedBy === null ? 'Nobody' : <Confirmation of={confirmedBy} isWhole />}</Fact>
        <Acknowledged update={update} />
        <TextFact name="Processing step" text={update.processingStatus} />
        <TextFact name="Missing documents" text={update.missingDocuments.map(({ type }) => type).join(', ')} />
        <TextFact name="Reject labels" text={update.rejectLabels.join(', ')} />
        <TextFact name="Message to the customer" text={update.endUserMessage} />
        <TextFact name="Other fields" text={update.extra == null ? null : JSON.stringify(update.extra)} />
        <TextFact name="Request" text={update.requestId ?? null} />
        {journalEntry !== null && (
          <Fact name="Journal">
            <code>{`${journalEntry.position}:${journalEntry.digest}`}</code>
          </Fact>
        )}
      </dl>
    </li>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** Who acknowledged an update that had to be; left out where it did not have to be. */
function Acknowledged({ update: { needsAcknowledgement, acknowledgedBy } }: { update: RecordUpdateFragment }) {
  if (!needsAcknowledgement && acknowledgedBy === null) return null;
  return (
    <Fact name="Acknowledged by">
      {acknowledgedBy === null ? (
        'Nobody: it waits'
      ) : (
        <Confirmation of={{ source: 'STAFF', ...acknowledgedBy }} isWhole />
      )}
    </Fact>
  );
}

/** What was said; left out where nothing was. */
function TextFact({ name, text }: { name: string; text: string | null }) {
  if (text === null || text === '') return null;
  return (
    <Fact name={name}>
      <Shown text={text} />
    </Fact>
  );
}

function remarksOf(update: RecordUpdateFragment): string[] {
  const { reversal, inDoubt, doubtReason, verified, possiblyLate, repeatsRevision } = update;
  return [
    ...(verified ? ['verified'] : []),
    ...(reversal ? ['reversal: the approval was revoked'] : []),
    ...(inDoubt ? [`in doubt: not verified${doubtReason === null ? '' : ` (${DOUBTS[doubtReason]})`}`] : []),
    ...(possiblyLate ? ['possibly late'] : []),
    ...(repeatsRevision === null ? [] : [`identical to revision ${repeatsRevision}`]),
  ];
}
