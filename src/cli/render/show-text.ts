import type { Outage } from '../../report/outages.js';
import type { StepAccount } from '../../report/run-account.js';
import type { Change } from '../../report/changes.js';
import type { ReportFinding } from '../../report/report-findings.js';
import type { RunReport } from '../../report/run-report.js';
import { approvalText } from '../../spec/approval.js';
import type { Colours } from '../terminal.js';
import { durationText } from '../../spec/duration-text.js';
import { paintEnding } from './ending.js';
import {
  backupText,
  dataText,
  failureLines,
  leftoverLines,
  metricsLines,
  rehearsalText,
  row,
  servesLines,
} from './run-lines.js';

/** A run for people, as a page of text: how it ended and why, what it changed, each step, what was found and said, where the evidence is. */
export function showText(report: RunReport, colours: Colours): string {
  const { outcome, type, stack, host, durationMs, culprit, backup, rehearsal, dataRestored, ui } = report;
  const took = durationMs === undefined ? '' : ` ${outcome === 'running' ? 'for' : 'in'} ${durationText(durationMs)}`;
  const where = host === undefined ? '' : ` on ${host}`;
  return [
    `${paintEnding(outcome, colours)(outcome)} ${type} of ${colours.bold(stack)}${where}${took}`,
    `run        ${report.workflowId} (${report.runId})`,
    `began      ${momentText(report.startedAtMs)}${report.by === undefined ? '' : `, asked for by ${report.by}`}`,
    ...(report.reason === undefined ? [] : [`why        ${report.reason}`]),
    ...(culprit ? failureLines(culprit, outcome === 'aborted' ? 'because' : 'failed') : []),
    ...(culprit?.step === undefined ? [] : [`step       ${culprit.step}`]),
    ...releaseLines(report),
    ...(backup ? [`backup     ${backupText(backup)}`, ...proofLines(report)] : []),
    ...(rehearsal ? [`rehearsal  ${rehearsalText(rehearsal)}`] : []),
    ...(dataRestored ? [`data       ${dataText(dataRestored)}`] : []),
    ...report.changes.map((change) => `change     ${changeText(change)}`),
    ...row('unchanged', report.unchanged),
    ...report.outages.map((outage) => `outage     ${outageText(outage, report.startedAtMs)}`),
    ...metricsLines(report.metrics),
    ...report.approvals.map((approval) => `approval   ${approvalText(approval)}`),
    ...report.messages.map(({ name, by, reason, atMs }) => {
      const said = reason === undefined ? '' : `: ${reason}`;
      return `told       ${afterText(atMs, report.startedAtMs)} ${name}${by === undefined ? '' : ` by ${by}`}${said}`;
    }),
    ...report.findings.flatMap((finding) => findingLines(finding)),
    ...report.remarks.map((remark) => `note       ${remark}`),
    ...leftoverLines(report.leftovers),
    ...servesLines(report),
    ...stepLines(report, colours),
    ...evidenceLines(report),
    ...(ui === undefined ? [] : [`look       ${ui}`]),
  ].join('\n');
}

function releaseLines({ release, previousRelease, verified }: RunReport): string[] {
  if (release === undefined && previousRelease === undefined) return [];
  const proved = verified === undefined || verified === 'unknown' ? '' : `, ${verified}`;
  if (previousRelease === undefined || previousRelease === release)
    return [`release    ${release} served afterwards${proved}`];
  return [`release    ${release ?? 'none'} served afterwards${proved}, before: ${previousRelease}`];
}

/** What the rehearsal proved of the backup. */
function proofLines({ rehearsal }: RunReport): string[] {
  return (rehearsal?.stores ?? []).map(({ store, proven, why, countsCompared, restoreMs }) =>
    proven
      ? `proof      ${store}: restored in ${durationText(restoreMs)}, ${countsCompared} counts equal`
      : `proof      ${store}: not proven${why === undefined ? '' : `: ${why}`}`,
  );
}

const CAME = { done: '', 'taken-back': ' (taken back)', 'not-begun': ' (not begun)' };

function changeText({ kind, service, because, came }: Change): string {
  return `${kind} ${service}${because.length === 0 ? '' : `: ${because.join('; ')}`}${CAME[came]}`;
}

const UNTIL = { well: 'until it was well', back: 'until it was back', never: 'and it did not come back in this run' };

function outageText({ service, fromMs, toMs, until, by }: Outage, startedAtMs: number): string {
  const took = toMs === undefined ? '' : ` for ${durationText(toMs - fromMs)}`;
  return `${service} did not serve${took}, from ${afterText(fromMs, startedAtMs)} (${by}) ${UNTIL[until]}`;
}

function findingLines({
  severity,
  rule,
  service,
  onTwin,
  message,
  remedy,
  place,
  known,
  excerpt = [],
}: ReportFinding): string[] {
  const of = [service, onTwin ? 'on the twin' : undefined, place].filter((part) => part !== undefined).join(', ');
  return [
    `${severity.padEnd(9)}  ${rule}${of === '' ? '' : ` (${of})`}: ${message}${known ? ' (known from before)' : ''}`,
    ...(remedy === undefined ? [] : [`           → ${remedy}`]),
    ...excerpt.slice(-EXCERPT_SHOWN).map((line) => `         | ${line}`),
  ];
}

/** The page of the run has all of it. */
const EXCERPT_SHOWN = 5;

function stepLines({ steps, startedAtMs }: RunReport, colours: Colours): string[] {
  if (steps.length === 0) return ['steps      not known: its history is not at hand'];
  return ['steps', ...steps.map((step) => `  ${stepText(step, startedAtMs, colours)}`)];
}

function stepText(step: StepAccount, runStartedAtMs: number, colours: Colours): string {
  const { title, onTwin, askedAtMs, startedAtMs = askedAtMs, endedAtMs, attempts, note } = step;
  const took = endedAtMs === undefined ? '' : ` (${durationText(endedAtMs - startedAtMs)})`;
  const again = attempts > 1 ? `, attempt ${attempts}` : '';
  const twin = onTwin && !title.includes('twin') ? ' on the twin' : '';
  const [said] = (note ?? '').split('\n');
  const [mark, paint] = markOf(step, colours);
  const words = said === '' ? '' : `: ${said}`;
  return `${afterText(startedAtMs, runStartedAtMs).padStart(8)} ${paint(mark)} ${title}${twin}${colours.dim(took)}${again}${words}`;
}

function markOf({ state, verdict }: StepAccount, colours: Colours): [mark: string, paint: (text: string) => string] {
  if (state === 'failed' || verdict === 'fail') return ['✗', colours.red];
  if (state === 'canceled') return ['↩', colours.yellow];
  if (verdict === 'inconclusive') return ['?', colours.yellow];
  return state === 'running' ? ['▶', colours.cyan] : ['✓', colours.green];
}

function evidenceLines({ evidence, runId }: RunReport): string[] {
  if (!evidence) return ['evidence   none on this host'];
  const { folder, seal } = evidence;
  const sealed = seal
    ? `sealed as number ${seal.number}, ${seal.index.slice(0, 12)}…; compare: evenkeel audit verify ${runId}`
    : 'not sealed yet';
  return [`evidence   ${folder}`, `           ${sealed}`];
}

function momentText(atMs: number): string {
  return new Date(atMs).toISOString();
}

/** How long after the run began: `+1.2s`. */
function afterText(atMs: number, startedAtMs: number): string {
  return `+${durationText(atMs - startedAtMs)}`;
}
