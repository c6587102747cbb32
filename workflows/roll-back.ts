import { CancellationScope } from '@temporalio/workflow';
import type { Restored } from '../activities/activities.js';
import { FAILURE } from '../activities/failures.js';
import type { DeploymentRun } from './deployment-run.js';
import { messageOf } from './checklist.js';
import { type Act, insist, lookAtService } from './insist.js';
import { putDataBack } from './put-data-back.js';
import { failedWith, unverified } from './turning-points.js';

/**
 * Brings back what served before: new containers stop in reverse order, old ones start in dependency order, behind the
 * same gates. Every begun step is taken back, whatever happens to the others; what could not be is left in
 * `run.leftovers` with the command that looks at it: what mends the whole is said once all is over (`tell-what-serves.ts`).
 * It cannot be cancelled, and it is never itself rolled back.
 */
export async function rollBack(run: DeploymentRun): Promise<void> {
  await CancellationScope.nonCancellable(async () => {
    run.checklist.enter('rollback');
    if (run.changed.length > 1) {
      for (const service of [...run.changed].reverse())
        await attempt(run, ofService(run, service), 'stop', () => stop(run, service));
    }
    await putDataBack(run);
    const serving: { service: string; restored: Restored }[] = [];
    for (const wave of wavesToRestore(run)) {
      const back: { service: string; restored: Restored }[] = [];
      for (const service of wave) {
        const restored = await attempt(run, ofService(run, service), 'restore', () => restore(run, service));
        const isBegun = run.changed.includes(service);
        if (restored && (isBegun || !restored.untouched)) back.push({ service, restored });
      }
      await Promise.all(back.map(({ service, restored }) => judgeRestored(run, service, restored, 'awaitHealth')));
      serving.push(...back);
    }
    await Promise.all(serving.map(({ service, restored }) => judgeRestored(run, service, restored, 'watchStability')));
    await takeBackTraces(run);
  });
}

/**
 * The waves of the plan. Steps that had not begun are in it too: a service that joins the network of one that was
 * replaced has lost it, although nobody has touched the service itself. One that is as it was is left alone. After a
 * reset the run may turn back before it has a plan, or its file may have lost a service: then what the former self knew
 * comes back one after another.
 */
function wavesToRestore({ plan, capture }: DeploymentRun): string[][] {
  const planned = (plan?.waves ?? []).map((wave) =>
    wave.filter(({ kind }) => kind !== 'judge').map(({ service }) => service),
  );
  const { begun = [], services = [] } = capture?.formerSelf ?? {};
  const others = (plan ? begun : services).filter((service) => !planned.flat().includes(service));
  return [...others.map((service) => [service]), ...planned];
}

/** What a run leaves besides containers: tags, networks. For a run that touched no service this is all there is. */
export async function takeBackTraces(run: DeploymentRun): Promise<void> {
  const capture = run.capture;
  if (!capture) return;
  // As long as a container of the twin has an image, the name of that image cannot be taken away.
  await Promise.all(run.tidying);
  const args = { ...run.turn, capture };
  const stack = { what: `stack ${run.input.stack}`, look: `docker images; docker network ls` };
  await CancellationScope.nonCancellable(async () => {
    const tags = await attempt(run, stack, 'put back image tags', () => run.host.quick.restoreTags(args));
    const traces = await attempt(run, stack, 'clear up', () => run.host.quick.clearUp(args));
    run.leftovers.push(...(tags?.leftovers ?? []), ...(traces?.leftovers ?? []));
    run.checklist.warn(...(tags?.findings ?? []));
  });
}

async function stop(run: DeploymentRun, service: string): Promise<void> {
  await run.host.changing.stopService.executeWithOptions({ summary: `stop the new ${service}` }, [
    { ...run.turn, capture: run.capture!, service },
  ]);
}

async function restore(run: DeploymentRun, service: string): Promise<Restored> {
  const restored = await run.host.changing.restoreService.executeWithOptions({ summary: `bring back ${service}` }, [
    { ...run.turn, capture: run.capture!, service },
  ]);
  run.remarks.push(...restored.remarks);
  if (restored.untouched) run.intact.push(service);
  else {
    run.restored.push(service);
    run.checklist.undone(service);
  }
  return restored;
}

async function judgeRestored(
  run: DeploymentRun,
  service: string,
  { gate }: Restored,
  how: 'awaitHealth' | 'watchStability',
): Promise<void> {
  if (!gate) return;
  const frozen = run.capture?.formerSelf?.frozen ?? run.frozen!;
  await attempt(run, ofService(run, service), how === 'awaitHealth' ? 'gate' : 'watch', async () => {
    const judging = run.host.judging(gate.timeoutMs + gate.stableForMs);
    const verdict = await judging[how].executeWithOptions({ summary: `gate of the previous ${service}` }, [
      { ...run.turn, frozen, service, gate },
    ]);
    if (verdict.verdict === 'fail') throw new Error(verdict.reason);
    if (verdict.verdict === 'inconclusive') run.checklist.warn(unverified(verdict));
  });
}

/** What is taken back, and how a person would look at it. */
type Subject = Omit<Act, 'title'> & { what: string };

function ofService(run: DeploymentRun, service: string): Subject {
  return { what: `service ${service}`, service, look: lookAtService(run, service) };
}

/**
 * A line of the checklist whose failure is kept as a leftover, so that the others are still taken back; people are asked first
 * where it might yet be done. Throws only where the run has not begun (`NotBegun`), which goes for all of them.
 */
async function attempt<T>(
  run: DeploymentRun,
  { what, service, look }: Subject,
  verb: string,
  work: () => Promise<T>,
): Promise<T | undefined> {
  const title = `${verb} ${service ?? ''}`.trim();
  try {
    const line = { id: `rollback ${title}`, phase: 'rollback' as const, title, ...(service ? { service } : {}) };
    return await insist(run, { title, look, ...(service ? { service } : {}) }, () => run.checklist.line(line, work));
  } catch (error) {
    if (failedWith(error, FAILURE.notBegun)) throw error;
    run.leftovers.push({ what, why: `${verb}: ${messageOf(error)}`, command: look, debris: false });
    return undefined;
  }
}
