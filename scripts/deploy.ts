/**
 * Deploys a stack from a program of your own: start the runbook, watch it, act on how it ended. Copy it and change it.
 *
 *     npm run build && node dist/scripts/deploy.js shop [service…]
 */
import { connect } from '../src/client/connect.js';
import { exitCodeOfEnd } from '../src/client/deployment-end.js';
import { Deployments } from '../src/client/deployments.js';
import { requireWorker } from '../src/client/pollers.js';

const [stack, ...services] = process.argv.slice(2);
if (stack === undefined) throw new Error('which stack? node dist/scripts/deploy.js shop');

// TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE and Temporal's profile file say where; without them this machine's own.
const temporal = await connect();
try {
  await requireWorker(temporal);
  const deployments = new Deployments(temporal.client);
  const run = await deployments.start({ stack, services, reason: 'asked for by a script' });
  console.log(`started ${run.workflowId}; it goes on, whatever happens to this script`);

  const end = await deployments.end(run.workflowId);
  if (end.kind === 'reported') {
    const { outcome, touched, failure } = end.report;
    console.log(`${outcome}: replaced ${touched.join(', ') || 'nothing'}${failure ? `; ${failure.message}` : ''}`);
  } else {
    console.log(`${end.kind}: ${end.message}`);
  }
  process.exitCode = exitCodeOfEnd(end);
} finally {
  await temporal.close();
}
