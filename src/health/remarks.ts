import { isOverdue } from '../gates/stale-health.js';
import type { Sample } from '../gates/verdict.js';
import { duration, times } from '../gates/words.js';
import type { Finding } from '../spec/finding.js';

/** What is worth saying of a container that is not ill for it. */
export function remarksOn(service: string, sample: Sample, restartsBefore: number | undefined): Finding[] {
  const { atMs, state, healthAtMs, restartCount, startedAtMs } = sample;
  if (state !== 'running') return [];
  const remarks: Finding[] = [];
  const remark = (rule: string, message: string, remedy: string): void => {
    remarks.push({ rule, severity: 'warning', service, message, remedy });
  };
  // One that has only just been started is probed for the first time after an interval.
  const probedAtMs = Math.max(healthAtMs ?? 0, startedAtMs ?? 0);
  if (isOverdue(sample, probedAtMs)) {
    remark(
      'stale-health',
      `Docker has not probed ${sample.container} for ${duration(atMs - probedAtMs)}, so that what it shows as health is old`,
      `docker restart ${sample.container}`,
    );
  }
  if (restartsBefore !== undefined && restartCount === restartsBefore + 1) {
    remark('restarted', `${sample.container} has restarted since the last look`, `evenkeel scan ${service}`);
  } else if (restartsBefore === undefined && restartCount > 0) {
    remark('restarted', `${sample.container} has restarted ${times(restartCount)}`, `evenkeel scan ${service}`);
  }
  return remarks;
}
