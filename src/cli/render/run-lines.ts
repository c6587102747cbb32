import { METRICS_COLUMNS, metricsRows } from '../../report/metrics-rows.js';
import type { Culprit } from '../../report/run-report.js';
import type { BackupSummary } from '../../spec/backup.js';
import type { DeployResult, Leftover } from '../../spec/deploy-result.js';
import type { RehearsalReport } from '../../spec/rehearsal.js';
import type { RestoreReport } from '../../spec/restore.js';
import type { ReleaseMetrics } from '../../spec/service-metrics.js';
import { sizeText } from '../../spec/size-text.js';
import { servedTexts } from '../../spec/what-serves.js';
import { writesText } from '../../spec/store-writes.js';
import { durationText } from '../../spec/duration-text.js';

/** What made a run fail; lines of a log stand behind a bar. */
export function failureLines(
  failure: Pick<Culprit, 'phase' | 'service' | 'message' | 'excerpt'>,
  label: string,
): string[] {
  const [first = '', ...rest] = failure.message.split('\n');
  // A message may name its service itself.
  const service = failure.service !== undefined && !first.includes(failure.service) ? `${failure.service}: ` : '';
  return [
    `${label.padEnd(9)}  ${failure.phase === undefined ? '' : `${failure.phase}: `}${service}${first}`,
    ...rest.map((line) => `           ${line}`),
    ...(failure.excerpt ?? []).map((line) => `         | ${line}`),
  ];
}

export function backupText({ id, stores, reused, bytes }: BackupSummary): string {
  const own = stores.map(({ store }) => store);
  const earlier = reused.map(({ store, backup }) => `${store} of ${backup}`);
  return `${id}: ${[...own, ...earlier].join(', ')}, ${sizeText(bytes)}`;
}

export function dataText({ backup, stores, downMs, writes = [] }: RestoreReport): string {
  const names = stores.map(({ store }) => store).join(', ');
  const before = writes.map((one) => `\n           before, ${one.store} had ${writesText(one)}`);
  return `of ${backup}: ${names}; services were down for ${durationText(downMs)}${before.join('')}`;
}

/** What it came to, how long a restore takes, and how old the restored backup was. */
export function rehearsalText({ verdict, reason, rtoMs, rpoMs, durationMs }: RehearsalReport): string {
  const recovery =
    rtoMs === undefined ? '' : `; restored in ${durationText(rtoMs)}, ${durationText(rpoMs ?? 0)} after it was taken`;
  return `${verdict} in ${durationText(durationMs)}: ${reason}${recovery}`;
}

/** A line with a name in front; none where there is nothing to name. */
export function row(name: string, services: string[]): string[] {
  return services.length > 0 ? [`${name.padEnd(9)}  ${services.join(', ')}`] : [];
}

/** What serves where not all could be taken back, and what to type next. */
export function servesLines({ serves = [], next }: Pick<DeployResult, 'serves' | 'next'>): string[] {
  const now = servedTexts(serves).map((text) => `serves     ${text}`);
  return [...now, ...(next ? [`next       ${next.command}`, `           ${next.means}`] : [])];
}

/** How services were before a release and afterwards, a line each. */
export function metricsLines(metrics: ReleaseMetrics | undefined): string[] {
  return (metrics ? metricsRows(metrics) : []).map(([service, ...cells]) => {
    const said = cells.map((cell, index) => `${METRICS_COLUMNS[index + 1]!.toLowerCase()} ${cell}`);
    return `measured   ${service}: ${said.join(', ')}`;
  });
}

/** What could not be taken back, each with a command. */
export function leftoverLines(leftovers: Leftover[]): string[] {
  return leftovers.flatMap(({ what, why, command }) => [`left       ${what}: ${why}`, `           ${command}`]);
}
