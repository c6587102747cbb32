import type { Sample } from './verdict.js';
import { duration, lastWords } from './words.js';

/** However fast the last one was, a run of a healthcheck may take this long. */
const ANSWERS_WITHIN_MS = 1_000;
/** One that takes this many times as long as the last one hangs. */
const SLOWER = 3;

/**
 * What keeps a container that was well from being called so now: its own healthcheck, which we have run since Docker last
 * did, and which fails or does not answer. That is no sign of sickness; it is waited for, and Docker looks again.
 */
export function doubtOf({ atMs, health, healthBeganAtMs, probe, probeBeganAtMs }: Sample): string | undefined {
  const runsForMs = probeBeganAtMs === undefined ? 0 : atMs - probeBeganAtMs;
  if (runsForMs > SLOWER * (probe?.durationMs ?? 0) + ANSWERS_WITHIN_MS) {
    return `but its healthcheck, run by us, has not answered for ${duration(runsForMs)}`;
  }
  const isLater = probe && health === 'healthy' && probe.atMs - probe.durationMs > (healthBeganAtMs ?? 0);
  if (!isLater || probe.outcome !== 'failed') return undefined;
  const words = lastWords(probe.detail ?? '');
  return `but its healthcheck, run by us since, ended with ${probe.exitCode}${words === '' ? '' : `: ${words}`}`;
}
