import { FAILURE } from '../activities/failures.js';
import type { RestorableStore, Swapped } from '../src/spec/restore.js';
import { putBackCommand } from '../src/spec/put-back-command.js';
import { messageOf } from './checklist.js';
import type { DeploymentRun } from './deployment-run.js';
import { insist, lookAtService } from './insist.js';
import { failedWith } from './turning-points.js';

/**
 * The part of the way back that comes before anything starts: every volume that this run, or its former self, has begun to replace
 * has its old content again. Where one cannot have it, or a service cannot be stopped for it, the others have it, nothing is started
 * on half of it, and this throws.
 */
export async function putDataBack(run: DeploymentRun): Promise<void> {
  const swapped = run.replacedData;
  const resting = [...new Set(swapped.flatMap(({ services }) => services))];
  const failures: unknown[] = [];
  const note = (error: unknown): void => void failures.push(error);
  for (const service of resting.reverse()) await rest(run, service).catch(note);
  for (const swap of [...swapped].reverse()) await putOneBack(run, swap).catch(note);
  if (failures.length > 0) throw failures.find((error) => failedWith(error, FAILURE.notBegun)) ?? failures[0];
}

const LEAVING = 'it stays as it is; no service is started on half of the data, and the run ends as needs-human';

async function rest(run: DeploymentRun, service: string): Promise<void> {
  const look = lookAtService(run, service);
  const act = { title: `stop ${service}`, service, look, leaving: LEAVING };
  try {
    await insist(run, act, () => run.host.changing.restService({ ...run.turn, service }));
  } catch (error) {
    const why = `it could not be stopped for its data: ${messageOf(error)}`;
    run.leftovers.push({ what: `service ${service}`, why, command: look, debris: false });
    throw error;
  }
}

async function putOneBack(run: DeploymentRun, { store }: Swapped): Promise<void> {
  const title = `put the content of ${store.volume} back`;
  try {
    const line = { id: title, phase: 'rollback' as const, title, service: store.service };
    const act = {
      title,
      service: store.service,
      look: `docker ps -a --filter volume=${store.volume}`,
      leaving: LEAVING,
    };
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
