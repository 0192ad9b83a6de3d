/**
 * Requests and answers that Express need not change. Express gives each of them another prototype, which costs a query 5 µs: V8 throws away
 * what it knows of the object's shape, for the rest of its life. Here Node's HTTP server makes them with that prototype, so Express sets what
 * is already there.
 *
 * It relies on Express 5 taking the prototypes from `app.request` and `app.response` (lib/application.js), and on `createServer` taking
 * classes of messages. `test/server/express-messages.test.ts` fails when either no longer does.
 */
import { IncomingMessage, type ServerOptions, ServerResponse } from 'node:http';
import type { Express } from 'express';

/** What `createServer` is given for a server of one application. */
export type MessageClasses = Pick<ServerOptions, 'IncomingMessage' | 'ServerResponse'>;

/** Makes the classes, and has `app` use their prototypes. Call it once, before `app` handles requests. */
export function messageClasses(app: Express): MessageClasses {
  class ExpressRequest extends IncomingMessage {}
  class ExpressResponse extends ServerResponse {}
  app.request = adopt(ExpressRequest.prototype, app.request);
  app.response = adopt(ExpressResponse.prototype, app.response);
  return { IncomingMessage: ExpressRequest, ServerResponse: ExpressResponse as typeof ServerResponse };
}

/** The prototype of a class, above which Express' own stands in place of Node's: that one stands above Express'. */
function adopt<Message extends object>(prototype: object, ofExpress: Message): Message {
  return Object.setPrototypeOf(prototype, ofExpress) as Message;
}
