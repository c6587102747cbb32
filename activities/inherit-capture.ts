import path from 'node:path';
import { isUp, type ObservedContainer } from '../src/plan/observed-stack.js';
import { waves } from '../src/plan/waves.js';
import type { Swapped } from '../src/spec/restore.js';
import type { StackSpec } from '../src/spec/stack-spec.js';
import { readCapture, writeCapture, type CaptureRecord } from '../src/store/captures.js';
import { openFrozen } from '../src/store/frozen.js';
import { encodeName } from '../src/store/layout.js';
import { inheritNamings } from '../src/store/named-images.js';
import { inheritSwaps, swapsOf } from '../src/store/swaps.js';
import { unendedCaptures } from '../src/store/unended-captures.js';
import type { Capture, Turn } from './activities.js';
import { firstRunOf } from './run-open.js';
import { ownRun, ownRunFolder, ownCapturePlace } from './run-place.js';
import { unendedFinding } from './unended-finding.js';
import type { World } from './world.js';

/**
 * Takes over what the former self of this run captured. After a `workflow reset` the stack may be half new, and what is
 * to come back is what served before the first run of the chain began, not what this one finds. Undefined where there is
 * no former self, or where it came to its end. The caller holds the host lock, so nothing of it is at work any more.
 */
export async function inheritCapture(world: World, { stack, epoch }: Turn): Promise<Capture | undefined> {
  const folder = ownCapturePlace(world, stack);
  const own = await readCapture(world.layout, stack, folder);
  if (own) return captureOf(world, stack, own, folder);

  const [newest] = await unendedCaptures(world.layout, stack);
  if (!newest || !(await isFormerSelf(world, newest.runFolder))) return undefined;
  const { spec } = await openFrozen(world.layout, stack, newest.capture.frozen);
  // Names that the former self has given are this run's to take away, and data that it has replaced is to be put back.
  await inheritNamings(newest.runFolder, ownRunFolder(world, stack));
  const swaps = await inheritSwaps(newest.runFolder, ownRunFolder(world, stack));
  const changed = begunServices(newest.capture, await world.engine.containers(stack), spec);
  // Containers that are the very same stand on other data.
  const rested = swaps.flatMap(({ services }) => services).filter((name) => name in spec.services);
  const record: CaptureRecord = {
    ...newest.capture,
    epoch,
    begun: startOrder(spec, [...new Set([...changed, ...rested])]),
  };
  await writeCapture(world.layout, stack, folder, record);
  return captureOf(world, stack, record, folder);
}

/** What a workflow is told of a capture. */
export async function captureOf(
  world: World,
  stack: string,
  { release, begun, frozen, unended }: CaptureRecord,
  folder: string,
): Promise<Capture> {
  const capture = {
    ...(release === undefined ? {} : { release }),
    folder,
    ...(unended ? { findings: [unendedFinding(unended)] } : {}),
  };
  if (begun === undefined) return capture;
  const { spec } = await openFrozen(world.layout, stack, frozen);
  const services = startOrder(spec, Object.keys(spec.services));
  const swapped = (await swapsOf(ownRunFolder(world, stack))).map(({ store, services }): Swapped => ({
    store,
    services,
  }));
  const former = { begun, services, frozen: { folder: frozen }, ...(swapped.length > 0 ? { swapped } : {}) };
  return { ...capture, formerSelf: former };
}

/** Another run with the same id is a former self only where both go back to the same first run. */
async function isFormerSelf({ temporal }: World, runFolder: string): Promise<boolean> {
  const { workflowId, runId } = ownRun();
  if (path.basename(path.dirname(runFolder)) !== encodeName(workflowId)) return false;
  const [former, own] = await Promise.all([
    firstRunOf(temporal, workflowId, path.basename(runFolder)),
    firstRunOf(temporal, workflowId, runId),
  ]);
  return former !== undefined && former === own;
}

/** Services that are not as they were captured. */
export function begunServices(
  { containers: captured }: Pick<CaptureRecord, 'containers'>,
  now: ObservedContainer[],
  spec: StackSpec,
): string[] {
  return Object.keys(spec.services).filter((name) => {
    const before = captured[name] ?? [];
    const present = now.filter(({ service }) => service === name);
    const isAsBefore = (container: ObservedContainer): boolean =>
      before.some((other) => other.id === container.id && (isUp(container) || !isUp(other)));
    return present.length !== before.length || !present.every(isAsBefore);
  });
}

function startOrder(spec: StackSpec, services: string[]): string[] {
  return waves(spec, { changed: services, oneShots: [], judged: [] }).flat();
}
