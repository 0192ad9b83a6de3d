/** `npm run postgres`: a Postgres from npm for trying out several instances. */
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '../test/support/postgres-server.ts';

const PORT = 5433;
// Not in this folder: as root, Postgres runs as a user who may not be able to get in.
const folder = join(tmpdir(), 'xgateway-kyc-postgres');

await using server = await startPostgres({ folder, port: PORT });
process.stdout.write(`\n  DATABASE_URL=${server.url('postgres')}\n\nCtrl-C stops it. Its data stays in ${folder}.\n`);
await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
