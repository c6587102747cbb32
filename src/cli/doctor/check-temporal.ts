import type { Client } from '@temporalio/client';
import type { Reach } from '../../client/connect.js';
import { ClientError } from '../../client/errors.js';
import { type Poller, pollersOf, whyUntaken } from '../../client/pollers.js';
import { CHECKS_RETENTION_HOURS, checksNamespace } from '../../names.js';
import { programSays } from '../../docker/docker-says.js';
import { makeChecksNamespace, scheduleHomes } from '../../schedule/schedule-homes.js';
import { findTemporalCli } from '../../worker/server/temporal-cli.js';
import type { Cli } from '../terminal.js';
import { withTemporalIfThere } from '../with-temporal.js';
import { type Check, fail, ok, warn } from './check.js';

/** The Temporal CLI, Temporal itself, a worker that asks it for work, and where scheduled looks are. */
export async function checkTemporal(cli: Cli): Promise<Check[]> {
  return [await checkCli(cli.env), ...(await checkServer(cli))];
}

async function checkCli(env: NodeJS.ProcessEnv): Promise<Check> {
  const file = await findTemporalCli(env);
  if (file === undefined) return warn('Temporal CLI', 'not installed; only evenkeel server needs it', 'npm run setup');
  return ok('Temporal CLI', `${(await programSays([file, '--version'], env)) ?? 'gives no version'} (${file})`);
}

async function checkServer(cli: Cli): Promise<Check[]> {
  try {
    return await withTemporalIfThere(cli, async (reach) => {
      const { serverVersion } = await reach.client.workflowService.getSystemInfo({});
      const pollers = await pollersOf(reach);
      return [
        ok('Temporal', `${serverVersion ?? 'unknown version'} at ${reach.address}, namespace ${reach.namespace}`),
        await checkWorkers(reach, pollers),
        await checkLooks(reach.client),
      ];
    });
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    return [fail('Temporal', error.message, error.remedy)];
  }
}

/** Whether any asks for work, and gets it. */
async function checkWorkers(reach: Reach, pollers: Poller[]): Promise<Check> {
  if (pollers.length === 0) return fail('worker', 'none asks for work', 'evenkeel worker — or evenkeel server');
  const wrong = await whyUntaken(reach, pollers);
  return wrong
    ? fail('worker', wrong.found, wrong.remedy)
    : ok('worker', pollers.map(({ identity }) => identity).join(', '));
}

/** Looks that are kept as long as runs fill Temporal's database. */
async function checkLooks(client: Client): Promise<Check> {
  const { runs, checks } = await scheduleHomes(client);
  if (checks) return ok('looks', `scheduled ones are in namespace ${checks.options.namespace}`);
  const { namespace } = runs.options;
  return warn(
    'looks',
    `scheduled ones are in ${namespace}, and kept as long as runs: there is no namespace ${checksNamespace(namespace)}`,
    `to have them kept for ${CHECKS_RETENTION_HOURS} hours: ${makeChecksNamespace(namespace)}`,
  );
}
