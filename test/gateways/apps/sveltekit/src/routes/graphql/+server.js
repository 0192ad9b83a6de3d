//#region recipe
// src/routes/graphql/+server.js
const handle = ({ request }) => globalThis.kycGateway.fetch.graphql(request);

export { handle as GET, handle as POST };
//#endregion
