/** The head digest in the log, every day: the log is kept elsewhere, so that a rewritten journal can be told from it. */
import type { Logger } from 'pino';
import type { Journal } from '../journal/journal.ts';

const DAY_MS = 86_400_000;

/** Logs the head now and every day until it is disposed. */
export function logHeadDaily(journal: Journal, log: Logger): Disposable {
  const note = async () => {
    try {
      const { position, digest } = await journal.head();
      log.info({ position, digest: Buffer.from(digest).toString('hex') }, 'the head of the journal');
    } catch (error) {
      log.warn({ err: error }, 'the head of the journal cannot be read');
    }
  };
  void note();
  const timer = setInterval(() => void note(), DAY_MS).unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
