import { randomBytes } from 'node:crypto';
import { connect } from '../../src/client/connect.js';
import { checksNamespace } from '../../src/names.js';
import type { WorldTemporal } from './deployment-world.js';
import { eventually } from './eventually.js';

/** Where a Temporal runs already in which worlds are to be, `host:port`. Without it each world starts one of its own. */
export const RUNNING_TEMPORAL = process.env['EVENKEEL_TEST_TEMPORAL'];

const RETENTION = { seconds: (24 * 3600) as never };

/** A namespace of that Temporal for one world, so that worlds do not see each other; it goes with the world. */
export async function namespaceOfWorld(
  address: string,
  { withChecks }: { withChecks: boolean },
): Promise<WorldTemporal> {
  const namespace = `ek-test-${randomBytes(4).toString('hex')}`;
  const { client, close } = await connect({ address, namespace, env: {}, timeoutMs: 30_000 });
  for (const one of withChecks ? [namespace, checksNamespace(namespace)] : [namespace]) {
    await client.workflowService.registerNamespace({ namespace: one, workflowExecutionRetentionPeriod: RETENTION });
  }
  // It is known to all parts of the server some seconds after it was made.
  await eventually('the namespace takes workflows', async () =>
    client.connection.operatorService.listSearchAttributes({ namespace }).then(
      () => true,
      () => false,
    ),
  );
  return {
    ...{ client, address },
    teardown: async () => {
      for (const one of [namespace, checksNamespace(namespace)]) {
        await client.connection.operatorService.deleteNamespace({ namespace: one }).catch(refuseBut(NOT_FOUND));
      }
      await close();
    },
  };
}

const NOT_FOUND = 5;

function refuseBut(code: number): (error: unknown) => void {
  return (error) => {
    if ((error as { code?: number }).code !== code) throw error;
  };
}
