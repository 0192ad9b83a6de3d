/** Logs the head digest every day. Logs are kept elsewhere, so `verify --head` with a logged head exposes a rewritten journal. */
import type { Logger } from 'pino';
import type { Journal } from '../journal/journal.ts';

const DAY_MS = 86_400_000;

/** Logs the head now and every day until it is disposed. */
export function logHeadDaily(journal: Journal, log: Logger): Disposable {
  const note = async () => {
    try {
      const { position, digest } = await journal.head();
      log.info({ position, digest: Buffer.from(digest).toString('hex') }, 'Head of the journal');
    } catch (error) {
      log.warn({ err: error }, 'Cannot read the head of the journal');
    }
  };
  void note();
  const timer = setInterval(() => void note(), DAY_MS).unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
