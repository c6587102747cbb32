import type { CheckReport, CheckVerdict, HealthReport } from './check-report.js';
import { findingText } from './finding.js';

const MARKS: Record<CheckVerdict, string> = { pass: '✓', fail: '✗', inconclusive: '?' };

/** A look for people in the Temporal UI. */
export function checkMarkdown(report: CheckReport | HealthReport): string {
  const { stack, health, reason, layers, warnings } = report;
  const lines = [`**${stack}: ${health}** — ${reason}`];
  if ('trend' in report) {
    const { failuresInARow, downSinceMs, sinceMs } = report.trend;
    const down = downSinceMs === undefined ? '' : `, down since ${new Date(downSinceMs).toISOString()}`;
    lines.push(`failures in a row: ${failuresInARow}${down}; ${health} since ${new Date(sinceMs).toISOString()}`);
  }
  for (const { layer, verdict, checks } of layers) {
    lines.push('', `### ${MARKS[verdict]} ${layer}`);
    for (const check of checks) {
      const next = check.next === undefined ? '' : ` → ${check.next}`;
      lines.push(`- ${MARKS[check.verdict]} ${check.service} ${check.check}: ${check.reason}${next}`);
    }
  }
  if (warnings.length > 0)
    lines.push('', '### worth a look', ...warnings.map((finding) => `- ${findingText(finding)}`));
  return lines.join('\n');
}
