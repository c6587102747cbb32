import { durationText } from '../../spec/duration-text.js';
import { sizeText } from '../../spec/size-text.js';
import { writesText } from '../../spec/store-writes.js';
import type { RunReport } from '../run-report.js';
import { Card, Table } from './parts.js';

/** The backup, whether it was proven, what ran on the twin, and what a restore put in place. */
export function DataCard({ report: { backup, rehearsal, dataRestored } }: { report: RunReport }) {
  if (!backup && !rehearsal && !dataRestored) return null;
  const proofs = new Map(rehearsal?.stores.map((proof) => [proof.store, proof]));
  const backedUp = new Set(backup?.stores.map(({ store }) => store));
  return (
    <Card title="Data and rehearsal">
      {backup && (
        <>
          <h3>Backup {backup.id}</h3>
          <Table heads={['Store', 'Kind', 'Service', 'Size', 'Took', 'Proof']}>
            {backup.stores.map(({ store, type, service, bytes, durationMs }) => (
              <tr key={store}>
                <td class="name">{store}</td>
                <td>{type}</td>
                <td>{service}</td>
                <td>{sizeText(bytes)}</td>
                <td>{durationText(durationMs)}</td>
                <td>{proofText(proofs.get(store))}</td>
              </tr>
            ))}
          </Table>
          {backup.left.map(({ what, why }) => (
            <p key={what} class="soft">
              Not backed up: {what}: {why}
            </p>
          ))}
        </>
      )}
      {[...proofs.values()]
        .filter(({ store }) => !backedUp.has(store))
        .map((proof) => (
          <p key={proof.store}>
            {proof.store}: {proofText(proof)}
          </p>
        ))}
      {rehearsal && (
        <>
          <h3>Rehearsal</h3>
          <p>
            {rehearsal.verdict} in {durationText(rehearsal.durationMs)}: {rehearsal.reason}
          </p>
          {rehearsal.outside.map(({ service, why }) => (
            <p key={service} class="soft">
              Not rehearsed: {service}: {why}
            </p>
          ))}
        </>
      )}
      {dataRestored && (
        <p>
          Restored from {dataRestored.backup}: {dataRestored.stores.map(({ store }) => store).join(', ')}; services were
          down for {durationText(dataRestored.downMs)}. What was there before is in{' '}
          {dataRestored.stores.map(({ kept }) => kept).join(', ')}.
        </p>
      )}
      {dataRestored?.writes?.map((one) => (
        <p key={one.store} class="soft">
          Before, {one.store} had {writesText(one)}
        </p>
      ))}
    </Card>
  );
}

type Proof = NonNullable<RunReport['rehearsal']>['stores'][number];

function proofText(proof: Proof | undefined): string {
  if (!proof) return 'not restored in this run';
  if (!proof.proven) return `not proven${proof.why === undefined ? '' : `: ${proof.why}`}`;
  return `restored in ${durationText(proof.restoreMs)}, ${proof.countsCompared} counts equal`;
}
