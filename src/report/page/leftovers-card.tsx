import type { RunReport } from '../run-report.js';
import { Card } from './parts.js';

/** What could not be taken back, each with the command that would. It comes first: somebody has to do something. */
export function LeftoversCard({ report: { leftovers } }: { report: RunReport }) {
  if (leftovers.length === 0) return null;
  return (
    <Card title="Left to do">
      <ul class="plain">
        {leftovers.map(({ what, why, command }) => (
          <li key={what}>
            <strong>{what}</strong>: {why}
            <pre>{command}</pre>
          </li>
        ))}
      </ul>
    </Card>
  );
}
