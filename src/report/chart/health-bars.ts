import type { Sample } from '../../gates/verdict.js';
import type { HealthEvidence } from '../run-evidence.js';
import type { RunReport } from '../run-report.js';
import type { Stretch } from './stretches.js';

/** How a container was, as a gate saw it. */
export type Condition = 'healthy' | 'running' | 'starting' | 'sick' | 'down' | 'away';

/** In plain words, in the order of a legend. */
export const CONDITION_WORDS: Record<Condition, string> = {
  healthy: 'healthy',
  running: 'running, without a healthcheck',
  starting: 'starting',
  sick: 'unhealthy',
  down: 'ended or restarting',
  away: 'created, paused or gone',
};

/** A container in one condition. */
export interface HealthBar extends Stretch {
  /** The container's name. */
  container: string;
  onTwin?: true;
  condition: Condition;
  /** In Docker's words, with its restarts. */
  words: string;
}

/**
 * How each container was while a gate looked at it. Gates note a look where it differs from the one before, so a condition lasts
 * until the next, and the last one until the gates of the service were done.
 */
export function healthBarsOf(report: RunReport): HealthBar[] {
  return report.health.flatMap((evidence) => {
    const endMs = lookedUntilMs(evidence, report);
    const containers = [...new Set(evidence.samples.map(({ container }) => container))].sort();
    return containers.flatMap((container) => {
      const own = evidence.samples.filter((sample) => sample.container === container).sort((a, b) => a.atMs - b.atMs);
      const bars = own.map((sample, index): HealthBar => ({
        ...{ container, condition: conditionOf(sample), words: wordsOf(sample), fromMs: sample.atMs },
        toMs: Math.max(sample.atMs, own[index + 1]?.atMs ?? endMs),
        ...(evidence.onTwin ? { onTwin: true } : {}),
      }));
      return joined(bars);
    });
  });
}

/** When the last step that judged the service had ended. */
function lookedUntilMs({ service, onTwin }: HealthEvidence, { steps }: RunReport): number {
  const judging = steps.filter(
    (step) =>
      (step.onTwin ?? false) === (onTwin ?? false) &&
      step.verdict !== undefined &&
      (step.service === service || step.judged?.some((one) => one.service === service)),
  );
  return Math.max(0, ...judging.map(({ endedAtMs = 0 }) => endedAtMs));
}

function conditionOf({ state, health, probe }: Sample): Condition {
  if (state === 'exited' || state === 'dead' || state === 'restarting') return 'down';
  if (state !== 'running') return 'away';
  if (health === 'healthy' || (health === 'starting' && probe?.outcome === 'ok')) return 'healthy';
  if (health === 'unhealthy') return 'sick';
  return health === 'starting' ? 'starting' : 'running';
}

function wordsOf({ state, health, exitCode, restartCount, probe }: Sample): string {
  const ended = state === 'exited' && exitCode !== undefined ? ` with ${exitCode}` : '';
  const judged = state === 'running' && health !== 'none' ? `, ${health}` : '';
  const probed = probe && state === 'running' && health !== 'healthy' ? `, our probe: ${probe.outcome}` : '';
  const restarts = restartCount > 0 ? `, restarted ${restartCount} ${restartCount === 1 ? 'time' : 'times'}` : '';
  return `${state}${ended}${judged}${probed}${restarts}`;
}

/** What differs only in what nobody sees is one bar. */
function joined(bars: HealthBar[]): HealthBar[] {
  const kept: HealthBar[] = [];
  for (const bar of bars) {
    const last = kept.at(-1);
    if (last?.words === bar.words && last.condition === bar.condition) last.toMs = bar.toMs;
    else kept.push({ ...bar });
  }
  return kept;
}
