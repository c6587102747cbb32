import type { RestorableStore, Swapped } from '../src/spec/restore.js';
import { putBackCommand } from '../src/spec/put-back-command.js';
import { messageOf } from './checklist.js';
import type { DeploymentRun } from './deployment-run.js';
import { insist, lookAtService } from './insist.js';

/**
 * The part of the way back that comes before anything starts: every volume that this run, or its former self, has begun to replace
 * has its old content again. Where one cannot have it the others have, nothing is started on half of it, and this throws.
 */
export async function putDataBack(run: DeploymentRun): Promise<void> {
  const swapped = run.replacedData;
  const resting = [...new Set(swapped.flatMap(({ services }) => services))];
  for (const service of resting.reverse()) await rest(run, service);
  const failures: unknown[] = [];
  for (const swap of [...swapped].reverse()) {
    await putOneBack(run, swap).catch((error: unknown) => failures.push(error));
  }
  if (failures.length > 0) throw failures[0];
}

async function rest(run: DeploymentRun, service: string): Promise<void> {
  const act = { title: `stop ${service}`, service, look: lookAtService(run, service) };
  await insist(run, act, () => run.host.changing.restService({ ...run.turn, service }));
}

async function putOneBack(run: DeploymentRun, { store }: Swapped): Promise<void> {
  const title = `put the content of ${store.volume} back`;
  try {
    const line = { id: title, phase: 'rollback' as const, title, service: store.service };
    const act = { title, service: store.service, look: `docker ps -a --filter volume=${store.volume}` };
    const {
      touched,
      left,
      stopped = [],
    } = await insist(run, act, () =>
      run.checklist.line(line, () =>
        run.host.changing.putDataBack.executeWithOptions({ summary: title }, [{ ...run.turn, store }]),
      ),
    );
    if (touched) run.remarks.push(keptRemark(store, 'has its old content again, of which a copy is'));
    if (left !== undefined) {
      const what = `volume ${store.kept}`;
      run.leftovers.push({ what, why: left, command: `docker volume rm ${store.kept}`, debris: true });
    }
    for (const name of stopped) {
      run.remarks.push(
        `${name}, which is no service of the stack, mounted ${store.volume} and was stopped: docker start ${name}`,
      );
    }
  } catch (error) {
    run.leftovers.push({
      what: `data of ${store.id}`,
      why: `the content of ${store.volume} could not be put back: ${messageOf(error)}; nothing was started on it`,
      command: putBackCommand(store),
      debris: false,
    });
    throw error;
  }
}

/** Where the old content of a volume is kept, in a result. */
export function keptRemark({ volume, kept }: RestorableStore, what: string): string {
  return `${volume} ${what} in the volume ${kept}; once nobody needs it: docker volume rm ${kept}`;
}
