/** The CPU time of a process and its children, for servers that are not Node and can't report it themselves. Linux only. */
import { readdirSync, readFileSync } from 'node:fs';

/** The unit of CPU time in /proc, on every Linux that Node runs on. */
const TICK_MICROS = 10_000;

interface Stat {
  readonly pid: number;
  readonly parent: number;
  readonly ticks: number;
}

/** CPU time of the process `pid` and its children, living and gone, in microseconds; NaN where there is no /proc. */
export function cpuOfTree(pid: number): number {
  try {
    const stats = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? readStat(name) : []));
    const mine = stats.filter((stat) => stat.pid === pid || stat.parent === pid);
    return mine.reduce((sum, { ticks }) => sum + ticks, 0) * TICK_MICROS;
  } catch {
    return Number.NaN;
  }
}

/** The fields of proc(5): 4 the parent, 14 and 15 the time in user and system mode, 16 and 17 that of children that were waited for. */
function readStat(name: string): Stat[] {
  try {
    const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
    // The second field is a name in brackets, and may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [, parent, , , , , , , , , , ...times] = fields;
    return [
      {
        pid: Number(name),
        parent: Number(parent),
        ticks: times.slice(0, 4).reduce((sum, time) => sum + Number(time), 0),
      },
    ];
  } catch {
    // It has ended since it was listed.
    return [];
  }
}
