/** Next's configuration. */
export default {
  //#region recipe
  // next.config.mjs. Node loads the gateway as it is: it brings SQL files, and there is one graphql.
  serverExternalPackages: ['xgateway-kyc'],
  //#endregion
  turbopack: { root: process.env.REPOSITORY },
};
