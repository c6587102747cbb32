import { METRICS_COLUMNS, metricsRows } from '../metrics-rows.js';
import type { RunReport } from '../run-report.js';
import { Card, Table } from './parts.js';

/** How services were before the release of the run and afterwards, as its record has it. */
export function MetricsCard({ report: { metrics } }: { report: RunReport }) {
  if (!metrics) return null;
  return (
    <Card title="Before and after">
      <Table heads={METRICS_COLUMNS}>
        {metricsRows(metrics).map(([service, ...cells]) => (
          <tr key={service}>
            <td class="name">{service}</td>
            {cells.map((cell, index) => (
              <td key={METRICS_COLUMNS[index + 1]}>{cell}</td>
            ))}
          </tr>
        ))}
      </Table>
      <p class="soft">
        Medians: while the run prepared, and from the last start of a container until the release was recorded. So soon
        after a start a service may use more than it will.
      </p>
    </Card>
  );
}
