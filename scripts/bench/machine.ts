import os from 'node:os';
import { run } from './run.js';

/** What the numbers were measured on. */
export async function machine(): Promise<Record<string, string | number>> {
  const [engine, compose] = await Promise.all([
    run(['docker', 'version', '--format', '{{.Server.Version}}']),
    run(['docker', 'compose', 'version', '--short']),
  ]);
  return {
    cpus: os.availableParallelism(),
    'load before': Number(os.loadavg()[2]!.toFixed(1)),
    node: process.versions.node,
    engine: engine.trim(),
    compose: compose.trim(),
  };
}
