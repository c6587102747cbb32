import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { previousBundle } from '../../scripts/histories/previous-bundle.js';
import { type DeploymentWorld, repository } from './deployment-world.js';

type Bundle = 'previous' | 'present' | 'unknown';

/**
 * Which workflows have taken a run on, in the order in which they did, by its history: a worker signs what it has decided with the
 * checksum of its bundle.
 */
export async function bundlesOf(run: WorkflowHandle): Promise<Bundle[]> {
  const bundles = new Map<string, Bundle>([
    [checksum(await previousBundle()), 'previous'],
    [checksum(await readFile(path.join(repository, 'dist', 'workflow-bundle.js'), 'utf8')), 'present'],
  ]);
  const { events } = await run.fetchHistory();
  return (events ?? [])
    .flatMap(({ workflowTaskCompletedEventAttributes: decided }) => (decided ? [decided.workerVersion?.buildId] : []))
    .map((buildId) => bundles.get(buildId?.split('+').at(-1) ?? '') ?? 'unknown')
    .filter((bundle, index, all) => bundle !== all[index - 1]);
}

/**
 * What comes of runs of this world. Temporal asks a worker whose workflows cannot replay a run again and again, and the run would
 * stand still; so this fails as soon as a worker has said that it cannot.
 */
export async function unlessStuck<T>(world: DeploymentWorld, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const stuck = new Promise<never>((_, reject) => {
    const look = async (): Promise<void> => {
      const said = /^.*nondeterminism.*$/im.exec(await world.workerLogs())?.[0];
      if (said) reject(new Error(`A run does not go on with these workflows. The worker says: ${said}`));
    };
    timer = setInterval(() => void look().catch(reject), 250);
  });
  try {
    return await Promise.race([work, stuck]);
  } finally {
    clearInterval(timer);
  }
}

function checksum(code: string): string {
  return createHash('sha256').update(code).digest('hex');
}
