import { gateway } from '../../gateway.js';

//#region recipe
// app/graphql/route.js
const handle = async (request) => (await gateway()).fetch.graphql(request);

export { handle as GET, handle as POST };
//#endregion
