/** The process of ten hostile clients: `node attacker.ts <port> <attack>`. It attacks until it is killed. */
import { ATTACKS } from './attacks.ts';

const CLIENTS = 10;
const [port = '', name] = process.argv.slice(2);
const attack = ATTACKS.find((one) => one.name === name);
if (attack === undefined) throw new Error(`There is no attack "${name}".`);

await Promise.all(
  Array.from({ length: CLIENTS }, async (_, index) => {
    for (let round = 0; ; round++) {
      await attack.unit({ port: Number(port), index, round });
      // Answers that arrive at once must not keep the others' answers waiting.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }),
);
