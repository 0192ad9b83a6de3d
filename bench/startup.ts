/** How long from the exec of node to ready, and how much memory is resident when idle? */
import { OURS, ours } from './harness/contenders.ts';
import { type Answer, type Effort, figureOf, inRounds } from './harness/measure.ts';
import { type ServerSpec, startServer } from './harness/server.ts';

const READY = 'seconds to ready';
const RESIDENT = 'resident MB';
const IDLE_MS = 1_000;

/** Answers the question. */
export async function startup(effort: Effort): Promise<Answer> {
  const turn = (spec: ServerSpec) => ({
    contender: spec.name,
    measure: async () => {
      await using server = await startServer(spec);
      await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
      return { [READY]: server.startedInMs / 1_000, [RESIDENT]: (await server.usage()).resident / 1e6 };
    },
  });
  const rows = await inRounds(effort, ours().map(turn));
  return {
    title: 'Start-up',
    rows,
    verdicts: [
      { what: READY, value: figureOf(rows, OURS.name, READY), reach: 0.4, aim: 0.3, good: 'at most' },
      { what: `${RESIDENT}, idle`, value: figureOf(rows, OURS.name, RESIDENT), reach: 95, aim: 85, good: 'at most' },
    ],
  };
}
