/** The gateway of Next's routes. */
import { createKycGateway } from 'xgateway-kyc';

const { CALLBACK_SECRET, DATABASE_URL, JWT_SECRET } = process.env;

//#region recipe
// lib/gateway.js
async function open() {
  const gateway = await createKycGateway({
    secrets: { current: CALLBACK_SECRET },
    databaseUrl: DATABASE_URL,
    access: { key: { secret: JWT_SECRET } },
  });
  await gateway.start();
  return gateway;
}
// One for all routes. Opened by the first request: `next build` loads the routes too.
export const gateway = () => (globalThis.kycGateway ??= open());
//#endregion
