import path from 'node:path';
import { containersOf, type ObservedContainer, type ObservedStack } from '../src/plan/observed-stack.js';
import type { StackSpec } from '../src/spec/stack-spec.js';
import type { CaptureRecord, UnendedRun } from '../src/store/captures.js';
import { stackFolder } from '../src/store/layout.js';
import { namesIn } from '../src/store/places.js';
import { readRelease, readReleases, type Release } from '../src/store/releases.js';
import { readRunIdentity } from '../src/store/run-folders.js';
import { lastUnended } from '../src/store/unended-captures.js';
import { madeFrom } from './begun-facts.js';
import { begunServices } from './inherit-capture.js';
import { hasCompleted } from './run-open.js';
import type { World } from './world.js';

/** A run that never came to its end, and what there was before it. */
export interface Unended {
  run: UnendedRun;
  /** What it captured. */
  capture: CaptureRecord;
  /** By which that comes back; absent where it found nothing. */
  release?: Release;
}

/**
 * Looks for a run that had begun any of these services and never came to its end, and for what it has left of them. With `takesBack` they
 * come back as they were before it, should the run that asks fail: what stands is no release that ever passed its gates. What somebody
 * else has made of a service since is theirs, and counts as it is found.
 */
export async function unendedRun(
  world: World,
  stack: string,
  { observed, spec, takesBack }: { observed: ObservedStack; spec: StackSpec; takesBack: boolean },
): Promise<Unended | undefined> {
  const { layout } = world;
  const last = await lastUnended(layout, stack);
  const identity = last && (await readRunIdentity(last.runFolder));
  if (!last || !identity || (await isOutOfDate(world, stack, last.capture))) return undefined;
  // It may not have been able to write its result down.
  if (await hasCompleted(world.temporal, identity.workflowId, identity.runId)) return undefined;
  const { capture, runFolder } = last;
  const release = capture.release === undefined ? undefined : await readRelease(layout, stack, capture.release);

  const children = (await namesIn(path.join(runFolder, 'children'))).map((name) => name.split('@')[0]);
  const hasTrace = (name: string): boolean => ACTS.some((act) => children.includes(`${act}-${name}`));
  const changed = begunServices(capture, observed.containers, spec);
  const rests = identity.type === 'restore' || identity.type === 'rollback';
  const begun = Object.keys(spec.services).filter((name) => {
    const isAtRest = changed.includes(name) && sameContainers(capture, observed, name);
    return hasTrace(name) || capture.unended?.begun.includes(name) || (rests && isAtRest);
  });

  if (begun.length === 0) return undefined;

  // Where nothing had served before, what stands is better than nothing.
  const mayTake = takesBack && capture.release !== undefined;
  const [back, lost]: [string[], string[]] = [[], []];
  for (const name of mayTake ? begun.filter((one) => changed.includes(one)) : []) {
    if (!(await isAsLeft(world, stack, capture, containersOf(observed, name)))) continue;
    ((await mayComeBack(world, capture, release, name)) ? back : lost).push(name);
  }
  return { run: { workflowId: identity.workflowId, begun, back, lost }, capture, ...(release ? { release } : {}) };
}

/** How the children of steps that change a service are called. */
const ACTS = ['replace', 'bring-back', 'start', 'restore'];

/** Something was deployed since: what was before the run is no more what a stack goes back to. */
async function isOutOfDate({ layout }: World, stack: string, { release }: CaptureRecord): Promise<boolean> {
  const releases = await readReleases(layout, stack);
  return releases.some(({ id, kind }) => kind !== 'baseline' && Number(id) > Number(release ?? 0));
}

function sameContainers(capture: CaptureRecord, now: ObservedStack, name: string): boolean {
  const captured = capture.containers[name] ?? [];
  const there = containersOf(now, name);
  return there.length === captured.length && there.every(({ id }) => captured.some((one) => one.id === id));
}

/** What is there was there before the run, or is made from a file of ours. */
async function isAsLeft(
  { engine, layout }: World,
  stack: string,
  { containers }: CaptureRecord,
  now: ObservedContainer[],
): Promise<boolean> {
  const own = stackFolder(layout, stack) + path.sep;
  const captured = Object.values(containers).flat();
  const others = now.filter(({ id }) => !captured.some((one) => one.id === id));
  const files = await Promise.all(others.map(async ({ id }) => madeFrom(await engine.inspect(id))));
  return files.every((file) => file?.startsWith(own));
}

/** What was not there goes; what was there has to be on record, and its images here. */
async function mayComeBack(
  { engine }: World,
  { containers }: CaptureRecord,
  release: Release | undefined,
  name: string,
): Promise<boolean> {
  if ((containers[name] ?? []).length === 0) return true;
  const kept = release?.services[name];
  if (!kept) return false;
  const ids = await Promise.all(kept.containers.map(({ imageId }) => engine.imageId(imageId)));
  return ids.every((id) => id !== null);
}
