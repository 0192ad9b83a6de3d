/**
 * `xgateway-kyc/testing`: what an application's own tests need. Works in Vitest, Jest (ESM) and node:test; knows none of them. The server
 * imports nothing of it. Types of the gateway and of the client are exported by those.
 */

export { type CallbackContent, callbackFor, type SignedCallback, signCallback, TEST_SECRET } from './callbacks.ts';
export type { TestClock } from './clock.ts';
export { type FakeFollow, type FakeUpdate, fakeFollow } from './fake-follow.ts';
export { type CallbackAnswer, createTestGateway, type TestGateway, type TestGatewayOptions } from './gateway.ts';
export type { MemoryFetch } from './memory-server.ts';
export { createXgatewayApi, type XgatewayApi, type XgatewayCustomer, type XgatewayFailure } from './xgateway-api.ts';
