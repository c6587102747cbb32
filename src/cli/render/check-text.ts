import type { CheckReport } from '../../spec/check-report.js';
import { findingText } from '../../spec/finding.js';
import type { Colours } from '../terminal.js';
import { durationText } from '../../spec/duration-text.js';
import { tableText } from './table.js';

const COLUMNS = ['LAYER', 'SERVICE', 'CHECK', 'VERDICT', 'REASON'];

/** A look for people: a line a check, what to do about those that do not pass, and what deserves a look besides. */
export function checkText(report: CheckReport, colours: Colours): string {
  const { stack, health, reason, layers, warnings, release, durationMs } = report;
  const rows = layers.flatMap(({ layer, checks }) =>
    checks.map(({ service, check, verdict, reason: why }) => [layer, service, check, verdict, why]),
  );
  const moves = layers.flatMap(({ checks }) =>
    checks.flatMap(({ service, next }) => (next === undefined ? [] : [`next       ${service}: ${next}`])),
  );
  const serves = release === undefined ? '' : `, release ${release}`;
  return [
    ...(rows.length > 0 ? [tableText(COLUMNS, rows)] : []),
    ...warnings.map((finding) => `! ${findingText(finding)}`),
    ...new Set(moves),
    `${paint(health, colours)} ${colours.bold(stack)}${serves}: ${reason} (looked for ${durationText(durationMs)})`,
  ].join('\n');
}

function paint(health: CheckReport['health'], colours: Colours): string {
  const painted: Record<CheckReport['health'], (text: string) => string> = {
    healthy: colours.green,
    unhealthy: colours.red,
    inconclusive: colours.yellow,
  };
  return painted[health](health);
}
