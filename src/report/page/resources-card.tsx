import { sizeText } from '../../spec/size-text.js';
import { coloursOf, drawResources } from '../chart/draw-resources.js';
import { resourceLinesOf, useSummariesOf } from '../chart/resource-lines.js';
import type { RunReport } from '../run-report.js';
import { Card, Chart, Legend, Table } from './parts.js';
import { reportStretches } from './report-stretches.js';

/** What the stack's containers used while the run was at work. */
export function ResourcesCard({ report }: { report: RunReport }) {
  const points = resourceLinesOf(report.resources);
  const colours = coloursOf(points);
  const charts = reportStretches(report).flatMap((stretch) => {
    const drawn = drawResources(report, stretch, colours);
    return drawn ? [{ ...drawn, fromMs: stretch.fromMs }] : [];
  });
  if (charts.length === 0) return null;
  return (
    <Card title="What the stack used meanwhile">
      <Legend entries={[...colours].map(([words, colour]) => ({ colour, words }))} />
      {charts.map(({ cpu, memory, fromMs }) => (
        <div key={fromMs}>
          <Chart svg={cpu} />
          <Chart svg={memory} />
        </div>
      ))}
      <details>
        <summary>as a table</summary>
        <Table heads={['Service', 'Most processor', 'Most memory']}>
          {useSummariesOf(points).map(({ service, peakCpu, peakMemoryBytes }) => (
            <tr key={service}>
              <td>{service}</td>
              <td>{peakCpu === undefined ? '' : `${(peakCpu * 100).toFixed(1)} %`}</td>
              <td>{sizeText(peakMemoryBytes)}</td>
            </tr>
          ))}
        </Table>
      </details>
    </Card>
  );
}
