/** The client for services in Node: `xgateway-kyc/client/node`. What its types use is exported by `xgateway-kyc/client`. */
export {
  type ConsumedUpdate,
  type ConsumeKycOptions,
  type ConsumerCall,
  type ConsumerStore,
  consumeKyc,
} from './consume.ts';
export { fileStore } from './file-store.ts';
