import type { RunReport } from '../run-report.js';
import { Card, Moment, Table } from './parts.js';

/** Who approved which plan, and what was said to the run. */
export function PeopleCard({ report: { approvals, messages } }: { report: RunReport }) {
  if (approvals.length === 0 && messages.length === 0) return null;
  return (
    <Card title="Approvals and messages">
      {approvals.length > 0 && (
        <Table heads={['Approved', 'By', 'Plan', 'Why', '']}>
          {approvals.map(({ by, planHash, reason, atMs, voidedBecause }) => (
            <tr key={`${by} ${atMs}`}>
              <td>
                <Moment atMs={atMs} />
              </td>
              <td>{by}</td>
              <td>
                <code>{planHash.slice(0, 12)}</code>
              </td>
              <td>{reason}</td>
              <td>{voidedBecause === undefined ? '' : `void: ${voidedBecause}`}</td>
            </tr>
          ))}
        </Table>
      )}
      {messages.length > 0 && (
        <Table heads={['Said', 'What', 'By', 'Why']}>
          {messages.map(({ event, name, by, reason, atMs }) => (
            <tr key={event}>
              <td>
                <Moment atMs={atMs} />
              </td>
              <td>{name}</td>
              <td>{by}</td>
              <td>{reason}</td>
            </tr>
          ))}
        </Table>
      )}
      <p class="soft">Names are claims, unless Temporal asks who somebody is.</p>
    </Card>
  );
}
