import { servedTexts } from '../../spec/what-serves.js';
import type { RunReport } from '../run-report.js';
import { Card } from './parts.js';

/** What could not be taken back, what serves instead, and what to do. It comes first: somebody has to do something. */
export function LeftoversCard({ report: { leftovers, serves = [], next } }: { report: RunReport }) {
  if (leftovers.length === 0 && next === undefined) return null;
  return (
    <Card title="Left to do">
      <ul class="plain">
        {leftovers.map(({ what, why, command }) => (
          <li key={what}>
            <strong>{what}</strong>: {why}
            <pre>{command}</pre>
          </li>
        ))}
        {servedTexts(serves).map((text) => (
          <li key={text}>
            <strong>serves at its end</strong>: {text}
          </li>
        ))}
        {next && (
          <li>
            <strong>next</strong>: {next.means}
            <pre>{next.command}</pre>
          </li>
        )}
      </ul>
    </Card>
  );
}
