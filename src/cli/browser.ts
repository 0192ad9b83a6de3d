/** Opens a page in this machine's default browser. */
import { spawn } from 'node:child_process';

const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  darwin: ['open'],
  // The empty text is the window's title: `start` would take a quoted URL for it.
  win32: ['cmd', '/c', 'start', '""'],
};

/** Opens `url` with the system's own command. Resolves to the problem when there is no such command or it fails; null on success. */
export function openInBrowser(url: string, platform = process.platform): Promise<string | null> {
  const [program, ...words] = OPENERS[platform] ?? ['xdg-open'];
  return new Promise((resolve) => {
    const child = spawn(program, [...words, url], { stdio: 'ignore', detached: true });
    child.once('error', (error) => resolve(`${program}: ${error.message}`));
    child.once('exit', (code) => resolve(code === 0 ? null : `${program} ended with exit code ${code}`));
    child.unref();
  });
}
