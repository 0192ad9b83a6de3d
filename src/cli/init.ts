/** `xgateway-kyc init`: a `.env` with fresh secrets. */
import { randomBytes } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { exampleEnvFile } from '../server/env-example.ts';
import { writeAdvice } from '../text/write-advice.ts';
import { defineCommand } from './command.ts';

/** The command. */
export const command = defineCommand({
  about:
    'Writes .env into this folder: fresh secrets for development, and every other setting in a comment. Only its owner can read it.\n' +
    'Never overwrites a file.',
  options: {},
  examples: ['xgateway-kyc init && npm start'],
  async run() {
    const path = resolve('.env');
    const secrets = { XGATEWAY_SECRET_KEY: secret(), JWT_SECRET: secret() };
    try {
      writeFileSync(path, exampleEnvFile(secrets), { flag: 'wx', mode: 0o600 });
    } catch (cause) {
      const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
      const advice =
        code === 'EEXIST'
          ? 'It exists, and init never overwrites a file. Move it away, or edit it.'
          : writeAdvice(code);
      // A full disk leaves an empty file.
      if (code !== 'EEXIST') rmSync(path, { force: true });
      throw new Error(`Cannot write ${path} (${code}). ${advice}`, { cause });
    }
    process.stdout.write(
      `Wrote ${path} with a fresh XGATEWAY_SECRET_KEY and JWT_SECRET. In production, replace XGATEWAY_SECRET_KEY by the secret key of\n` +
        'your XGateway account. Start the server with "npm start", or "xgateway-kyc serve".\n',
    );
    return 0;
  },
});

function secret(): string {
  return randomBytes(32).toString('hex');
}
