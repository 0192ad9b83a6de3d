/** One update in a customer's record: everything that is known of it, and nothing cut. */
import type { ReactNode } from 'react';
import { Confirmation } from './confirmation.tsx';
import type { RecordUpdateFragment } from './generated/operations.ts';
import { moment, SOURCE_NAMES, STATUS_NAMES } from './labels.ts';
import { Shown } from './text.tsx';

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

/** What was said; left out where nothing was. */
function TextFact({ name, text }: { name: string; text: string | null }) {
  if (text === null || text === '') return null;
  return (
    <Fact name={name}>
      <Shown text={text} />
    </Fact>
  );
}

function remarksOf({ reversal, inDoubt, verified, possiblyLate, repeatsRevision }: RecordUpdateFragment): string[] {
  return [
    ...(verified ? ['verified'] : []),
    ...(reversal ? ['reversal: the approval was revoked'] : []),
    ...(inDoubt ? ['in doubt: not verified'] : []),
    ...(possiblyLate ? ['possibly late'] : []),
    ...(repeatsRevision === null ? [] : [`identical to revision ${repeatsRevision}`]),
  ];
}
