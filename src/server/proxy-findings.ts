/** Whether `TRUST_PROXY` and the proxies in front of the server agree about who sent a request. Pure. */
import { counted } from '../text/counted.ts';
import type { Finding } from './finding.ts';
import type { SeenRequest } from './seen-request.ts';

const about = 'proxy';

/**
 * What is right or wrong with the way the server sees a request that claimed, in `X-Forwarded-For`, to come from `forged`.
 * @param isEncrypted it was sent over TLS, which this server does not speak: there is a proxy.
 */
export function proxyFinding(request: SeenRequest, forged: string, isEncrypted: boolean): Finding {
  const { address, peer, forwardedFor } = request;
  const at = forwardedFor.lastIndexOf(forged);
  // What the sender wrote comes first; a proxy that replaces the header leaves nothing of it.
  const written = forwardedFor.slice(at + 1);
  if (written.length === 0) return withoutEntries(request, at !== -1, isEncrypted);
  const sender = written[0] as string;
  const proxies = `${counted(written.length, 'proxy', 'proxies')} in front`;
  const advice = `Set TRUST_PROXY=${written.length}, or to the addresses of your proxies (now ${settingOf(request)}).`;
  if (address === sender && trustedHops(request) >= written.length) {
    const text = `${proxies}; TRUST_PROXY=${settingOf(request)} is right: the server sees this machine as ${address}`;
    return { about, level: 'ok', text };
  }
  if (address === forged) {
    const text = `Senders can choose their address: the server believed an X-Forwarded-For that this check made up. ${advice}`;
    return { about, level: 'problem', text };
  }
  const whose = address === peer ? 'the last proxy' : 'one of the proxies';
  return {
    about,
    level: 'problem',
    text: `${proxies}, and the server takes ${address}, the address of ${whose}, for the sender's: all senders share one budget. ${advice}`,
  };
}

/** How many proxies are trusted; of addresses that are trusted the address alone shows it. */
function trustedHops({ trustProxy }: SeenRequest): number {
  if (trustProxy === false) return 0;
  return typeof trustProxy === 'number' ? trustProxy : Number.POSITIVE_INFINITY;
}

/** The finding when no proxy wrote an address. */
function withoutEntries(request: SeenRequest, passedOn: boolean, isEncrypted: boolean): Finding {
  const { address, peer, trustProxy } = request;
  if (!isEncrypted && address === peer) {
    const text = `No proxy wrote X-Forwarded-For: the server sees this machine as ${address}`;
    return { about, level: 'ok', text };
  }
  if (passedOn && trustProxy !== false && trustProxy !== 0) {
    const text = `The proxy passes X-Forwarded-For on without adding the sender's address: senders can choose theirs. Make it add or replace the header.`;
    return { about, level: 'problem', text };
  }
  const text = `The proxy does not send X-Forwarded-For: the server sees ${address} as the sender of everything. Make it send the header, and set TRUST_PROXY.`;
  return { about, level: 'problem', text };
}

function settingOf({ trustProxy }: SeenRequest): string {
  if (trustProxy === false) return 'not set';
  return typeof trustProxy === 'number' ? String(trustProxy) : trustProxy.join(',');
}
