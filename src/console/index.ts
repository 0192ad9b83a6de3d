/** `xgateway-kyc/console`: the pages for browsers, apart from the gateway, so that a bundle without them needs no files. */
export type { Authenticate, AuthenticationRequest, Viewer } from '../access/viewer.ts';
export type { DevelopmentOptions } from './development.ts';
export { type GraphiqlOptions, graphiqlRouter } from './graphiql.ts';
export { type ConsoleOptions, consoleRouter } from './serve.ts';
