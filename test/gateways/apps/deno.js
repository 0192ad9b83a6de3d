/** Deno, with the handlers for the Fetch API. Prints its URL. */
const { createKycGateway } = await import(Deno.env.get('GATEWAY'));
const gateway = await createKycGateway({
  secrets: { current: Deno.env.get('CALLBACK_SECRET') },
  databaseUrl: Deno.env.get('DATABASE_URL'),
  access: { key: { secret: Deno.env.get('JWT_SECRET') } },
});
await gateway.start();

//#region recipe
const server = Deno.serve({ port: 0, hostname: '127.0.0.1' }, (request, { remoteAddr }) =>
  gateway.fetch(request, { remoteAddress: remoteAddr.hostname }),
);
//#endregion
process.stdout.write(`http://127.0.0.1:${server.addr.port}\n`);
