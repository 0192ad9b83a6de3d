import { gateway } from '../../../gateway.js';

//#region recipe
// app/hooks/kyc/route.js
export const POST = async (request) => (await gateway()).fetch.callbacks(request);
//#endregion
