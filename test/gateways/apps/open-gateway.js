/** The gateway of these applications, with the journal and the secrets that the test gives. */
import { createKycGateway } from 'xgateway-kyc';

export async function openGateway() {
  const { CALLBACK_SECRET, DATABASE_URL, JWT_SECRET } = process.env;
  const gateway = await createKycGateway({
    secrets: { current: CALLBACK_SECRET },
    databaseUrl: DATABASE_URL,
    access: { key: { secret: JWT_SECRET } },
  });
  await gateway.start();
  return gateway;
}
