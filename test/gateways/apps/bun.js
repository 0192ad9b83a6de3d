/** Bun, with the handlers for the Fetch API. Prints its URL. */
const { createKycGateway } = await import(process.env.GATEWAY);
const { CALLBACK_SECRET, DATABASE_URL, JWT_SECRET } = process.env;
const gateway = await createKycGateway({
  secrets: { current: CALLBACK_SECRET },
  databaseUrl: DATABASE_URL,
  access: { key: { secret: JWT_SECRET } },
});
await gateway.start();

//#region recipe
const server = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  idleTimeout: 60, // longer than the gateway's heartbeats
  fetch: (request, server) => gateway.fetch(request, { remoteAddress: server.requestIP(request)?.address }),
});
//#endregion
process.stdout.write(`${server.url}\n`);
