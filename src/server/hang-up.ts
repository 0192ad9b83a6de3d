/** SIGHUP: read again what is in files, or end when the terminal is gone. */
import { closeSync, openSync } from 'node:fs';

/**
 * Calls `reload` on SIGHUP. A shell sends it as well when its terminal is closed: then the process ends in order, as on SIGTERM,
 * instead of running on unnoticed.
 */
export function onHangUp(reload: () => void): Disposable {
  const hadTerminal = process.stdout.isTTY === true;
  const received = () => {
    if (hadTerminal && isTerminalGone()) process.kill(process.pid, 'SIGTERM');
    else reload();
  };
  process.on('SIGHUP', received);
  return { [Symbol.dispose]: () => void process.off('SIGHUP', received) };
}

function isTerminalGone(): boolean {
  try {
    closeSync(openSync('/dev/tty', 'r'));
    return false;
  } catch {
    return true;
  }
}
