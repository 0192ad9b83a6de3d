/** What is measured of the server as a process: its release, its settings, its secrets. */
import { Counter, Gauge, type Registry } from 'prom-client';
import manifest from '../../package.json' with { type: 'json' };

/** What a server adds to the metrics of its gateway. */
export interface ServerMetrics {
  /** Shows whether the secrets in files are those in use. */
  secretsRead(areInUse: boolean): void;
}

/**
 * Makes the metrics in `registry`. `changed`: the names of the settings that differ from their defaults. `droppedLogLines`: how many lines
 * of the log were dropped so far.
 */
export function createServerMetrics(
  registry: Registry,
  changed: readonly string[],
  droppedLogLines: () => number = () => 0,
): ServerMetrics {
  const registers = [registry];
  new Gauge({
    name: 'xgateway_kyc_build_info',
    help: 'Always 1: the release of this server and the Node that runs it, as labels.',
    labelNames: ['version', 'node'],
    registers,
  }).set({ version: manifest.version, node: process.versions.node }, 1);
  const settings = new Gauge({
    name: 'xgateway_kyc_setting_changed',
    help: '1 for each setting that differs from its default, by name. Values are not shown.',
    labelNames: ['setting'],
    registers,
  });
  for (const setting of changed) settings.set({ setting }, 1);
  const stale = new Gauge({
    name: 'xgateway_kyc_secrets_stale',
    help: '1 while the files of secrets cannot be read or hold something invalid: older secrets are in use.',
    registers,
  });
  new Counter({
    name: 'xgateway_kyc_log_lines_dropped_total',
    help: 'Lines of the log, or groups of lines, that were dropped because their reader was too slow.',
    registers,
    collect() {
      this.reset();
      this.inc(droppedLogLines());
    },
  });
  return { secretsRead: (areInUse) => stale.set(areInUse ? 0 : 1) };
}
