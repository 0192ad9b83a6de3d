/** In development: sends a callback as XGateway would. The server signs it. */

import { type FormEvent, useEffect, useRef, useState } from 'react';
import { authorization } from './api.ts';
import { STATUS_NAMES, STATUSES } from './labels.ts';
import { route } from './route.ts';

const DOCUMENTS = ['PASSPORT', 'DRIVERS', 'ID_CARD', 'RESIDENCE_PERMIT', 'SELFIE', 'UTILITY_BILL'];
const SENT_STATUSES = STATUSES.filter((status) => status !== 'NOT_STARTED' && status !== 'UNRECOGNIZED');

export function SendCallback({ url, token, close }: { url: string; token: string; close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [answer, setAnswer] = useState<{ status: number; text: string } | null>(null);
  useEffect(() => dialog.current?.showModal(), []);

  const send = async (form: FormData): Promise<void> => {
    const text = (name: string): string | null => String(form.get(name) ?? '').trim() || null;
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...authorization(token) },
        body: JSON.stringify({
          customerId: text('customerId'),
          status: text('status'),
          docsMissing: form.getAll('document'),
          kycRejectLabel: text('labels'),
          kycEndUserErrorMessage: text('message'),
        }),
      });
      setAnswer({ status: response.status, text: JSON.stringify(await response.json()) });
    } catch {
      setAnswer({ status: 0, text: 'Cannot reach the server.' });
    }
  };
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    void send(new FormData(event.currentTarget));
  };

  return (
    <dialog ref={dialog} onClose={close} aria-labelledby="send-callback">
      <form onSubmit={submit} className="send">
        <h2 id="send-callback">Send a callback</h2>
        <p className="quiet small">Signed by the server and posted to its own callback endpoint, as XGateway would.</p>
        <label>
          Customer ID
          <input name="customerId" required maxLength={256} defaultValue={route.get().customerId ?? ''} />
        </label>
        <label>
          Status
          <select name="status" defaultValue="KYC_PENDING">
            <option value="">null (no KYC user)</option>
            {SENT_STATUSES.map((status) => (
              <option key={status} value={status}>
                {STATUS_NAMES[status]} ({status})
              </option>
            ))}
          </select>
        </label>
        <fieldset>
          <legend>Missing documents</legend>
          {DOCUMENTS.map((document) => (
            <label key={document} className="check">
              <input type="checkbox" name="document" value={document} />
              {document}
            </label>
          ))}
        </fieldset>
        <label>
          Reject labels
          <input name="labels" placeholder="BAD_SELFIE, BAD_PASSPORT" />
        </label>
        <label>
          Message to the customer
          <input name="message" />
        </label>
        <p className="answer" role="status">
          {answer !== null && (
            <>
              <b>{answer.status}</b> <code>{answer.text}</code>
            </>
          )}
        </p>
        <div className="buttons">
          <button type="button" className="plain" onClick={() => dialog.current?.close()}>
            Close
          </button>
          <button type="submit" className="primary">
            Send
          </button>
        </div>
      </form>
    </dialog>
  );
}
