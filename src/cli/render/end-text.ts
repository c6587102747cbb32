import type { DeploymentEnd, DeployReport } from '../../client/deployment-end.js';
import type { RunRef } from '../../client/deployments.js';
import { findingText } from '../../spec/finding.js';
import type { Outcome } from '../../spec/outcome.js';
import type { Colours } from '../terminal.js';
import { sizeText } from '../../spec/size-text.js';
import { durationText } from './duration.js';

/** What people read when a run is over: outcome, what changed, what failed, what is left, where to look. */
export function endText(end: DeploymentEnd, run: RunRef, link: string | undefined, colours: Colours): string {
  const ui = link === undefined ? [] : [`look       ${link}`];
  if (end.kind === 'reported') return [...reportLines(end.report, colours), ...ui].join('\n');
  return [
    `${colours.red(WORDS[end.kind])}: ${end.message}`,
    ...NEXT[end.kind],
    `run        ${run.workflowId}`,
    ...ui,
  ].join('\n');
}

const WORDS = {
  'invalid-input': 'refused, the input is invalid',
  cancelled: 'cancelled before it touched anything',
  terminated: 'terminated from outside',
  failed: 'failed without a report',
};

const NEXT = {
  'invalid-input': [],
  cancelled: [],
  terminated: ['next       nothing was taken back: look with evenkeel status, then deploy again'],
  failed: ['next       look with evenkeel status, then deploy again'],
};

function reportLines(report: DeployReport, colours: Colours): string[] {
  const { outcome, stack, host, failure } = report;
  const took = durationText(report.endedAtMs - report.startedAtMs);
  const release = report.release === undefined ? '' : `, release ${report.release} serves`;
  return [
    `${paint(outcome, colours)(outcome)} ${colours.bold(stack)}${host ? ` on ${host}` : ''} in ${took}${release}`,
    ...(failure ? failureLines(failure, outcome === 'aborted' ? 'because' : 'failed') : []),
    ...(report.backup ? [`backup     ${backupText(report.backup)}`] : []),
    ...(report.rehearsal ? [`rehearsal  ${rehearsalText(report.rehearsal)}`] : []),
    ...(report.dataRestored ? [`data       ${dataText(report.dataRestored)}`] : []),
    ...row(report.dataRestored ? 'stopped' : 'replaced', report.touched),
    ...row('restored', report.restored),
    ...row('unchanged', report.unchanged),
    ...report.warnings.map((finding) => `warning    ${findingText(finding)}`),
    ...report.remarks.map((remark) => `note       ${remark}`),
    ...report.leftovers.flatMap(({ what, why, command }) => [`left       ${what}: ${why}`, `           ${command}`]),
    ...(report.runFolder === undefined ? [] : [`folder     ${report.runFolder}`]),
  ];
}

function failureLines(failure: NonNullable<DeployReport['failure']>, label: string): string[] {
  const [first = '', ...rest] = failure.message.split('\n');
  // A message may name its service itself.
  const service = failure.service !== undefined && !first.includes(failure.service) ? `${failure.service}: ` : '';
  return [
    `${label.padEnd(9)}  ${failure.phase}: ${service}${first}`,
    ...rest.map((line) => `           ${line}`),
    ...(failure.excerpt ?? []).map((line) => `         | ${line}`),
  ];
}

function backupText({ id, stores, bytes }: NonNullable<DeployReport['backup']>): string {
  return `${id}: ${stores.map(({ store }) => store).join(', ')}, ${sizeText(bytes)}`;
}

function dataText({ backup, stores, downMs }: NonNullable<DeployReport['dataRestored']>): string {
  return `of ${backup}: ${stores.map(({ store }) => store).join(', ')}; services were down for ${durationText(downMs)}`;
}

/** What it came to, how long a restore takes, and how old the restored backup was. */
function rehearsalText({ verdict, reason, rtoMs, rpoMs, durationMs }: NonNullable<DeployReport['rehearsal']>): string {
  const recovery =
    rtoMs === undefined ? '' : `; restored in ${durationText(rtoMs)}, ${durationText(rpoMs ?? 0)} after it was taken`;
  return `${verdict} in ${durationText(durationMs)}: ${reason}${recovery}`;
}

function row(name: string, services: string[]): string[] {
  return services.length > 0 ? [`${name.padEnd(9)}  ${services.join(', ')}`] : [];
}

function paint(outcome: Outcome, colours: Colours): (text: string) => string {
  if (outcome === 'succeeded') return colours.green;
  return outcome === 'rejected' || outcome === 'aborted' ? colours.yellow : colours.red;
}
