import type { DeploymentEnd, DeployReport } from '../../client/deployment-end.js';
import type { RunRef } from '../../client/deployments.js';
import { findingText } from '../../spec/finding.js';
import type { Colours } from '../terminal.js';
import { durationText } from '../../spec/duration-text.js';
import { paintEnding } from './ending.js';
import { backupText, dataText, failureLines, leftoverLines, rehearsalText, row, servesLines } from './run-lines.js';

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
    `${paintEnding(outcome, colours)(outcome)} ${colours.bold(stack)}${host ? ` on ${host}` : ''} in ${took}${release}`,
    ...(failure ? failureLines(failure, outcome === 'aborted' ? 'because' : 'failed') : []),
    ...(report.backup ? [`backup     ${backupText(report.backup)}`] : []),
    ...(report.rehearsal ? [`rehearsal  ${rehearsalText(report.rehearsal)}`] : []),
    ...(report.dataRestored ? [`data       ${dataText(report.dataRestored)}`] : []),
    ...row(report.dataRestored ? 'stopped' : 'replaced', report.touched),
    ...row('restored', report.restored),
    ...row('unchanged', report.unchanged),
    ...report.warnings.map((finding) => `warning    ${findingText(finding)}`),
    ...report.remarks.map((remark) => `note       ${remark}`),
    ...leftoverLines(report.leftovers),
    ...servesLines(report),
    ...(report.runFolder === undefined ? [] : [`folder     ${report.runFolder}`]),
  ];
}
