/** Desktop notifications of revoked approvals and new dead letters, for those who asked for them. They name no customer. */
import { counted } from '../../text/counted.ts';
import type { Api } from './api.ts';
import { countDeadLetters } from './attention.ts';
import type { Live } from './live.ts';
import { goTo } from './route.ts';
import { Store } from './store.ts';

const KEY = 'xgateway-kyc.notify';
/** Reversals within this time are one notification. */
const GATHER_MS = 2_000;
const DEAD_LETTERS_EVERY_MS = 5_000;

/** Whether this browser shows them: asked for, and allowed. */
export const notifies = new Store<boolean>(isAllowed() && localStorage.getItem(KEY) === 'yes');

/** Whether the browser can show them at all. */
export function canNotify(): boolean {
  return 'Notification' in window && Notification.permission !== 'denied';
}

/** Turns them on, for which the browser may ask the person, or off. */
export async function toggleNotifications(): Promise<void> {
  const isOn = !notifies.get() && (await Notification.requestPermission()) === 'granted';
  localStorage.setItem(KEY, isOn ? 'yes' : 'no');
  notifies.set(isOn);
}

/** Notifies while the page is open, until the returned function is called. */
export function notifyOf(api: Api, live: Live, mayAdmin: boolean): () => void {
  let seen = live.received.get().total;
  let reversals = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = live.received.subscribe(() => {
    const fresh = live.after(seen) ?? [];
    seen = live.received.get().total;
    reversals += fresh.filter(({ reversal }) => reversal).length;
    if (reversals === 0) return;
    timer ??= setTimeout(() => {
      timer = undefined;
      show(`${counted(reversals, 'approval was', 'approvals were')} revoked.`, 'reversals', 'attention');
      reversals = 0;
    }, GATHER_MS);
  });
  let known: number | null = null;
  const countThem = async (): Promise<void> => {
    if (!mayAdmin || !notifies.get()) return;
    // When it can't be read, the next time tells.
    const count = await countDeadLetters(api).catch(() => known);
    if (known !== null && count !== null && count > known)
      show(`${counted(count - known, 'new dead letter')}.`, 'dead-letters', 'dead-letters');
    known = count;
  };
  void countThem();
  const ticker = setInterval(() => void countThem(), DEAD_LETTERS_EVERY_MS);
  return () => {
    stop();
    clearTimeout(timer);
    clearInterval(ticker);
  };
}

function isAllowed(): boolean {
  return 'Notification' in window && Notification.permission === 'granted';
}

function show(body: string, tag: string, view: 'attention' | 'dead-letters'): void {
  if (!notifies.get() || !isAllowed()) return;
  const notification = new Notification('KYC console', { body, tag });
  notification.addEventListener('click', () => {
    window.focus();
    goTo({ view, customerId: null });
    notification.close();
  });
}
