import type { Change } from '../changes.js';
import type { RunReport } from '../run-report.js';
import { Card, Table } from './parts.js';

const CAME: Record<Change['came'], { tone: string; words: string }> = {
  done: { tone: 'good', words: 'done' },
  'taken-back': { tone: 'bad', words: 'taken back' },
  'not-begun': { tone: 'mild', words: 'not begun' },
};

/** What was to change and why, and what became of it. */
export function ChangesCard({ report: { changes, unchanged, restored, remarks } }: { report: RunReport }) {
  const others = restored.filter((service) => !changes.some((change) => change.service === service));
  return (
    <Card title="What changed, and why">
      {changes.length === 0 ? (
        <p class="soft">No service was to be changed, as far as this run came.</p>
      ) : (
        <Table heads={['Service', 'What', 'Why', 'Image', 'Came to']}>
          {changes.map(({ service, kind, because, image, came }) => (
            <tr key={`${kind} ${service}`}>
              <td class="name">{service}</td>
              <td>{kind}</td>
              <td>{because.join('; ')}</td>
              <td>{image === undefined ? '' : <code>{image}</code>}</td>
              <td class={CAME[came].tone}>
                <span class="tone">{CAME[came].words}</span>
              </td>
            </tr>
          ))}
        </Table>
      )}
      {unchanged.length > 0 && <p class="soft">Left as they were: {unchanged.join(', ')}.</p>}
      {others.length > 0 && <p class="soft">Brought back besides: {others.join(', ')}.</p>}
      {remarks.map((remark) => (
        <p key={remark}>{remark}</p>
      ))}
    </Card>
  );
}
