import path from 'node:path';
import { observeStack } from '../src/docker/observe-stack.js';
import type { ObservedContainer } from '../src/plan/observed-stack.js';
import { mutatingSteps } from '../src/plan/plan.js';
import { planRollback as planFor, type TargetService } from '../src/plan/plan-rollback.js';
import { renderPlan } from '../src/plan/render-plan.js';
import { isServing } from '../src/plan/serving.js';
import { openCapture, writeCapture, type CaptureRecord } from '../src/store/captures.js';
import { openFrozen } from '../src/store/frozen.js';
import { writeJson, writePrivate } from '../src/store/private-file.js';
import { latestRelease, readRelease, type Release, type ReleasedService } from '../src/store/releases.js';
import { sameService } from '../src/store/same-services.js';
import type { HostActivities } from './activities.js';
import { stepFailed } from './compose-children.js';
import { ownRunFolder, ownRunPlace } from './run-place.js';
import { refuseWhenNotBegun } from './take-turn.js';
import type { World } from './world.js';

/** Safe to repeat because it looks, and writes its own files over themselves. */
export function planRollback(world: World): HostActivities['planRollback'] {
  return async (args) => {
    await refuseWhenNotBegun(world, args);
    const { stack, release: id, target: config, capture: ref, data } = args;
    const release = await readRelease(world.layout, stack, id);
    if (!release) throw stepFailed(`planning: release ${id} of ${stack} is gone; list what is left: evenkeel releases`);
    const { spec } = await openFrozen(world.layout, stack, config.folder);
    const observed = await observeStack(world.engine, spec);
    const capture = ref && (await openCapture(world.layout, stack, ref.folder));
    const served = await servedRelease(world, stack, { capture, containers: observed.containers });
    const plan = planFor({
      ...{ release: id, spec, observed, sick: capture?.sick ?? [] },
      ...(data ? { data } : {}),
      services: Object.fromEntries(
        Object.entries(release.services).map(([name, kept]) => [name, targetOf(kept, served?.services[name])]),
      ),
    });
    const folder = ownRunFolder(world, stack);
    await Promise.all([
      writeJson(path.join(folder, 'observed.json'), observed),
      writeJson(path.join(folder, 'plan.json'), plan),
      writePrivate(path.join(folder, 'plan.txt'), renderPlan(plan)),
    ]);
    if (!capture) return { plan };
    const aim = path.join(ownRunPlace(world, stack), 'aim');
    const changing = mutatingSteps(plan)
      .filter(({ kind }) => kind !== 'restart')
      .map(({ service }) => service);
    await writeCapture(world.layout, stack, aim, aimOf(release, { capture, frozen: config.folder, changing }));
    return { plan, aim: { release: id, folder: aim } };
  };
}

/** What serves, as a release; nothing where the containers that are there are those of none. */
async function servedRelease(
  { layout }: World,
  stack: string,
  { capture, containers }: { capture: CaptureRecord | undefined; containers: ObservedContainer[] },
): Promise<Release | undefined> {
  // After a reset the containers may be half those of the target already.
  if (capture?.begun) return undefined;
  if (capture) return capture.release === undefined ? undefined : readRelease(layout, stack, capture.release);
  const latest = await latestRelease(layout, stack);
  return latest && isServing(latest.services, { containers }) ? latest : undefined;
}

function targetOf(kept: ReleasedService, served: ReleasedService | undefined): TargetService {
  const { imageRef, imageId, configHash, scale } = kept;
  return { imageRef, imageId, configHash, scale, same: served !== undefined && sameService(served, kept) };
}

/** What a rollback is to bring about, in the words of a capture: services that stay are those that are there. */
function aimOf(
  { id, services }: Release,
  { capture, frozen, changing }: { capture: CaptureRecord; frozen: string; changing: string[] },
): CaptureRecord {
  const containers = Object.entries(services).map(([name, kept]) => [
    name,
    changing.includes(name) ? asCaptured(kept) : (capture.containers[name] ?? asCaptured(kept)),
  ]);
  const { epoch, tags, networks, volumes } = capture;
  const sick = capture.sick.filter((name) => !changing.includes(name));
  return {
    ...{ release: id, epoch, frozen, tags, networks, volumes, sick, aim: true },
    containers: Object.fromEntries(containers) as CaptureRecord['containers'],
  };
}

function asCaptured({ containers }: ReleasedService): CaptureRecord['containers'][string] {
  return containers.map((one) => ({
    ...{ id: one.id, number: one.number },
    state: one.state === 'running' ? ('running' as const) : ('exited' as const),
  }));
}
