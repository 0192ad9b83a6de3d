/** A customer without a record, and those whose ID is close. */
import { useEffect, useState } from 'react';
import type { Api } from './api.ts';
import type { KnownFragment } from './generated/operations.ts';
import { Status } from './marks.tsx';
import { findNear } from './near.ts';
import { linkTo } from './route.ts';
import { Id } from './text.tsx';

export function NotFound({ api, customerId }: { api: Api; customerId: string }) {
  const [near, setNear] = useState<readonly KnownFragment[] | null>(null);
  useEffect(() => {
    let isCurrent = true;
    findNear(api, customerId).then(
      (found) => isCurrent && setNear(found),
      // The page says when the server can't be reached.
      () => isCurrent && setNear([]),
    );
    return () => {
      isCurrent = false;
    };
  }, [api, customerId]);
  return (
    <div className="not-found">
      <p>
        <b>No customer has this ID.</b> XGateway has reported nothing about them.
      </p>
      {near === null && <p className="quiet">Searching for similar IDs</p>}
      {near !== null && near.length === 0 && <p className="quiet">No similar ID either.</p>}
      {near !== null && near.length > 0 && (
        <>
          <p className="quiet">Similar IDs:</p>
          <ul>
            {near.map((one) => (
              <li key={one.customerId}>
                <a className="link" href={linkTo({ customerId: one.customerId })}>
                  <Id text={one.customerId} />
                </a>{' '}
                <Status status={one.status} raw={one.rawStatus} />
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
