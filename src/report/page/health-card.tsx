import { durationText } from '../../spec/duration-text.js';
import { drawHealth } from '../chart/draw-health.js';
import { CONDITION_WORDS, type Condition, healthBarsOf } from '../chart/health-bars.js';
import type { RunReport } from '../run-report.js';
import { Card, Chart, Legend, Moment, Table } from './parts.js';
import { reportStretches } from './report-stretches.js';

/** How containers were while gates looked at them. */
export function HealthCard({ report }: { report: RunReport }) {
  const bars = healthBarsOf(report);
  if (bars.length === 0) return null;
  const conditions = new Set(bars.map(({ condition }) => condition));
  const entries = (Object.keys(CONDITION_WORDS) as Condition[])
    .filter((condition) => conditions.has(condition))
    .map((condition) => ({ colour: `var(--${condition})`, words: CONDITION_WORDS[condition] }));
  return (
    <Card title="Health, as the gates saw it">
      <Legend entries={entries} />
      {reportStretches(report).map((stretch) => {
        const svg = drawHealth(report, stretch);
        return svg === undefined ? null : <Chart key={stretch.fromMs} svg={svg} />;
      })}
      <details>
        <summary>as a table</summary>
        <Table heads={['Container', 'From', 'For', 'Was']}>
          {bars.map(({ container, onTwin, fromMs, toMs, words }) => (
            <tr key={`${container} ${fromMs}`}>
              <td>{onTwin ? `${container} (twin)` : container}</td>
              <td>
                <Moment atMs={fromMs} />
              </td>
              <td class="number">{durationText(toMs - fromMs)}</td>
              <td>{words}</td>
            </tr>
          ))}
        </Table>
      </details>
    </Card>
  );
}
