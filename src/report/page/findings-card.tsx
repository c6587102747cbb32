import type { ReportFinding } from '../report-findings.js';
import type { RunReport } from '../run-report.js';
import { Card, Excerpt } from './parts.js';

/** What was found, the gravest first, each with what to do about it. */
export function FindingsCard({ report: { findings } }: { report: RunReport }) {
  if (findings.length === 0) return null;
  return (
    <Card title="Findings">
      <ul class="plain">
        {findings.map((finding, index) => (
          <FindingItem key={index} finding={finding} />
        ))}
      </ul>
    </Card>
  );
}

function FindingItem({ finding }: { finding: ReportFinding }) {
  const { severity, rule, service, onTwin, message, remedy, place, count = 1, known, excerpt } = finding;
  const about = [
    ...[service, onTwin ? 'on the twin' : undefined, place, count > 1 ? `${count} times` : undefined],
    known ? 'the version before logged it too' : undefined,
  ].filter((part) => part !== undefined);
  return (
    <li class={severity === 'error' && !known ? 'bad' : 'mild'}>
      <span class="tone">{severity}</span> <code>{rule}</code> <span class="soft">{about.join(', ')}</span>
      <p>{message}</p>
      {remedy !== undefined && <p>→ {remedy}</p>}
      {excerpt && excerpt.length > 0 && (
        <details>
          <summary>what was logged</summary>
          <Excerpt lines={excerpt} />
        </details>
      )}
    </li>
  );
}
