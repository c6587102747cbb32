import { durationText } from '../../spec/duration-text.js';
import type { RunReport } from '../run-report.js';
import type { RunRow } from '../run-row.js';
import { Excerpt, Fact, Moment } from './parts.js';

const TONES: Record<RunRow['outcome'], string> = {
  succeeded: 'good',
  running: 'going',
  ...{ rejected: 'mild', aborted: 'mild', 'invalid-input': 'mild' },
  ...{ 'rolled-back': 'bad', 'rollback-failed': 'bad', 'needs-human': 'bad', terminated: 'bad' },
  ...{ 'timed-out': 'bad', failed: 'bad' },
};

/** What the outcomes mean for what serves. */
const MEANINGS: Record<RunRow['outcome'], string> = {
  succeeded: 'It came to what was asked for.',
  running: 'It has not ended: this is where it stood when the page was written.',
  rejected: 'It was refused before any service was touched.',
  'rolled-back': 'It failed, and the state of before serves again.',
  'rollback-failed': 'The state of before could not be brought back whole.',
  'needs-human': 'It can go neither on nor back without a person.',
  aborted: 'A person stopped it, and what it had done was taken back first.',
  'invalid-input': 'What was asked for is not possible.',
  terminated: 'It was ended from outside: nothing was taken back.',
  'timed-out': 'The time that it was given was over: nothing was taken back.',
  failed: 'It failed without a report.',
};

/** How it ended, in one look; and who, when, how long. */
export function PageHeader({ report }: { report: RunReport }) {
  const { outcome, type, stack, host, culprit, durationMs } = report;
  return (
    <header class={TONES[outcome]}>
      <span class="badge">{outcome}</span>
      <h1>
        {type} of {stack}
        {host === undefined ? '' : ` on ${host}`}
      </h1>
      <p class="soft">{MEANINGS[outcome]}</p>
      {culprit && (
        <>
          <p>
            {where(report) && <span class="tone">{where(report)}: </span>}
            <span style={{ whiteSpace: 'pre-line' }}>{culprit.message}</span>
          </p>
          <Excerpt lines={culprit.excerpt} />
        </>
      )}
      <dl class="facts">
        <Fact name="Began">
          <Moment atMs={report.startedAtMs} />
        </Fact>
        <Fact name={outcome === 'running' ? 'Has taken' : 'Took'}>
          {durationMs === undefined ? undefined : durationText(durationMs)}
        </Fact>
        <Fact name="Asked for by">{report.by}</Fact>
        <Fact name="Why">{report.reason}</Fact>
        <Fact name="Served afterwards">{report.release === undefined ? undefined : `release ${report.release}`}</Fact>
        <Fact name="Served before">
          {report.previousRelease === undefined ? undefined : `release ${report.previousRelease}`}
        </Fact>
        <Fact name="Longest outage">{longestOutage(report)}</Fact>
        <Fact name="Plan">{report.planHash?.slice(0, 12)}</Fact>
      </dl>
    </header>
  );
}

function where({ culprit }: RunReport): string {
  return [culprit?.phase, culprit?.service].filter((part) => part !== undefined).join(', ');
}

function longestOutage({ outages, touched }: RunReport): string | undefined {
  if (outages.length === 0) return touched.length > 0 ? undefined : 'none';
  const unended = outages.find(({ toMs }) => toMs === undefined);
  if (unended) return `${unended.service}: not back in this run`;
  const lengthOf = ({ fromMs, toMs }: (typeof outages)[number]): number => toMs! - fromMs;
  const longest = outages.reduce((a, b) => (lengthOf(b) > lengthOf(a) ? b : a));
  return `${longest.service}: ${durationText(lengthOf(longest))}`;
}
