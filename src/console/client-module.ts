/** `/client.js`: the client as one ES module, for pages without a bundler. Built with the console's page (scripts/build.ts). */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { RequestHandler } from 'express';
import { sendMissing } from './page.ts';
import { consoleFolder } from './serve.ts';

/** Serves the module to pages of any origin: it holds nothing but public code. */
export function clientModule(): RequestHandler {
  return (_request, response) => {
    const file = join(consoleFolder(), 'client.js');
    if (!existsSync(file))
      return sendMissing(response, `The client is not in ${consoleFolder()}. Run \`npm run build\`.`);
    response.set({
      'Access-Control-Allow-Origin': '*',
      'Cache-Control': 'no-cache',
      'X-Content-Type-Options': 'nosniff',
    });
    response.type('text/javascript').sendFile(file);
  };
}
