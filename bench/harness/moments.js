/**
 * Preloaded into a server: notes when a request passes the points at which its time can be split, on a clock that all processes of the
 * machine share. Wraps what Node and SQLite do, and nothing of the server's own, so any server and any build can be split.
 */
import { IncomingMessage, Server } from 'node:http';
import { Socket } from 'node:net';
import { StatementSync } from 'node:sqlite';

const WS_TEXT_FRAME = 0x81;
let moments = {};
/** The first time that a request passes a point counts. */
const pass = (point) => {
  moments[point] ??= process.hrtime.bigint();
};

const emit = Server.prototype.emit;
Server.prototype.emit = function (event, ...values) {
  if (event === 'request') {
    moments = {};
    pass('request');
  }
  return Reflect.apply(emit, this, [event, ...values]);
};

const emitOfRequest = IncomingMessage.prototype.emit;
IncomingMessage.prototype.emit = function (event, ...values) {
  if (event === 'end') pass('body');
  return Reflect.apply(emitOfRequest, this, [event, ...values]);
};

const run = StatementSync.prototype.run;
StatementSync.prototype.run = function (...parameters) {
  const { sourceSQL } = this;
  if (sourceSQL === 'begin immediate') pass('begin');
  if (sourceSQL !== 'commit') return Reflect.apply(run, this, parameters);
  pass('written');
  const result = Reflect.apply(run, this, parameters);
  pass('synced');
  return result;
};

for (const name of ['write', 'uncork']) {
  const original = Socket.prototype[name];
  Socket.prototype[name] = function (...parameters) {
    const [data] = parameters;
    const isFrame = name === 'write' && typeof data === 'object' && data?.[0] === WS_TEXT_FRAME;
    if (isFrame) pass('rendered');
    const result = Reflect.apply(original, this, parameters);
    if (name === 'uncork' && moments.rendered !== undefined) pass('pushed');
    return result;
  };
}

globalThis[Symbol.for('bench.moments')] = () =>
  Object.fromEntries(Object.entries(moments).map(([point, at]) => [point, Number(at) / 1e6]));
