import path from 'node:path';
import { activityInfo } from '@temporalio/activity';
import type { ObservedStack } from '../src/plan/observed-stack.js';
import { sicknessOf } from '../src/plan/sickness.js';
import { observeStack } from '../src/docker/observe-stack.js';
import { readCapture, writeCapture, type CaptureRecord } from '../src/store/captures.js';
import { openFrozen, type Frozen } from '../src/store/frozen.js';
import { hostIdentity } from '../src/store/host-identity.js';
import { appendRelease, keepFrozen, latestRelease, type Release } from '../src/store/releases.js';
import { hasNamed } from '../src/store/named-images.js';
import { sameServices } from '../src/store/same-services.js';
import { unendedCaptures } from '../src/store/unended-captures.js';
import type { HostActivities } from './activities.js';
import { captureOf } from './inherit-capture.js';
import { keepServices, pinServices } from './keep-services.js';
import { noteBefore } from './note-before.js';
import { ownRun, ownCapturePlace } from './run-place.js';
import { withTurn } from './take-turn.js';
import { type Unended, unendedRun } from './unended-run.js';
import type { World } from './world.js';

/**
 * Safe to repeat because nothing of the stack changes: a capture that has ended is read, one that has not is made again,
 * and its baseline release is not appended another time where it is what serves still.
 */
export function captureStack(world: World): HostActivities['captureStack'] {
  return async (args) =>
    withTurn(world, args, async () => {
      const { stack, frozen: ref, references = [] } = args;
      const folder = ownCapturePlace(world, stack);
      const known = await readCapture(world.layout, stack, folder);
      if (known && known.begun === undefined) return captureOf(world, stack, known, folder);

      const frozen = await openFrozen(world.layout, stack, ref.folder);
      const observed = await observeStack(world.engine, frozen.spec);
      await noteBefore(world, stack, { observed, frozen });
      if (known) {
        const completed = await completedCapture(world, stack, { known, observed, references });
        await writeCapture(world.layout, stack, folder, completed);
        return captureOf(world, stack, completed, folder);
      }

      const previous = await latestRelease(world.layout, stack);
      // Whatever else a run does, it goes to what it has chosen, and from what it has found.
      const takesBack = activityInfo().workflowType === 'deploy';
      const unended = await unendedRun(world, stack, { observed, spec: frozen.spec, takesBack });
      const goesBackTo = { ...observed, containers: observed.containers.filter(isNotOf(unended?.run.back ?? [])) };
      const release = await releaseOf(world, stack, {
        ...{ observed: goesBackTo, frozen, previous, frozenHash: ref.hash },
        before: servicesBefore(unended),
      });
      const record: CaptureRecord = {
        ...(release ? { release: release.id } : {}),
        epoch: args.epoch,
        frozen: ref.folder,
        containers: { ...byService(goesBackTo), ...containersBefore(unended) },
        sick: [...sickServices(goesBackTo), ...sickBefore(unended)],
        tags: await tagsOf(world, stack, observed, references),
        networks: observed.networks.map(({ name }) => name),
        volumes: observed.volumes.map(({ name }) => name),
        ...(unended ? { unended: unended.run } : {}),
      };
      await writeCapture(world.layout, stack, folder, record);
      return captureOf(world, stack, record, folder);
    });
}

/** What a former self captured, with what only the configuration of this run names. What it knows counts. */
async function completedCapture(
  world: World,
  stack: string,
  { known, observed, references }: { known: CaptureRecord; observed: ObservedStack; references: string[] },
): Promise<CaptureRecord> {
  const sickNow = sickServices(observed).filter((service) => !known.begun?.includes(service));
  return {
    ...known,
    sick: [...new Set([...known.sick, ...sickNow])],
    tags: { ...(await tagsOf(world, stack, observed, references)), ...known.tags },
  };
}

function isNotOf(services: string[]): (container: { service: string }) => boolean {
  return ({ service }) => !services.includes(service);
}

/** By service, how those come back that a run has left which never came to its end. */
function servicesBefore(unended: Unended | undefined): Release['services'] {
  return picked(unended?.release?.services ?? {}, unended?.run.back ?? []);
}

function containersBefore(unended: Unended | undefined): CaptureRecord['containers'] {
  return picked(unended?.capture.containers ?? {}, unended?.run.back ?? []);
}

function sickBefore(unended: Unended | undefined): string[] {
  return unended?.capture.sick.filter((name) => unended.run.back.includes(name)) ?? [];
}

function picked<T>(all: Record<string, T>, names: string[]): Record<string, T> {
  return Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)));
}

function sickServices(observed: ObservedStack): string[] {
  const names = [...new Set(observed.containers.map(({ service }) => service))];
  return names.filter((service) => sicknessOf(observed, service) !== undefined);
}

interface Found {
  observed: ObservedStack;
  frozen: Frozen;
  previous: Release | undefined;
  frozenHash: string;
  /** Services that come back as they were before, and are not among those observed. */
  before: Release['services'];
}

/** The last release, where that is what runs; else a new baseline; none where nothing runs. */
async function releaseOf(world: World, stack: string, found: Found): Promise<Release | undefined> {
  const { observed, frozen, previous, frozenHash, before } = found;
  const isThere = observed.containers.some(({ leftoverOf }) => leftoverOf === undefined);
  if (!isThere && Object.keys(before).length === 0) return undefined;

  const { key } = await hostIdentity(world.layout);
  const baseline = await appendRelease(world.layout, stack, { kind: 'baseline', ...ownRun() }, async (draft) => {
    const keeping = { engine: world.engine, draft, key };
    const kept = await keepServices(keeping, observed, {
      own: { spec: frozen.spec, frozen: path.join(draft.place, 'frozen') },
      made: new Set(),
      ...(previous ? { previous } : {}),
    });
    const services = { ...kept, ...before };
    if (previous && sameServices(previous.services, services)) return undefined;
    const accountsForSome = Object.values(services).some(
      (service) => service.frozen === path.join(draft.place, 'frozen'),
    );
    if (accountsForSome) await keepFrozen(frozen.folder, draft);
    return {
      at: new Date().toISOString(),
      ...(accountsForSome ? { frozenHash } : {}),
      services: await pinServices(keeping, stack, services),
    };
  });
  return baseline ?? previous;
}

function byService({ containers }: ObservedStack): CaptureRecord['containers'] {
  const found: CaptureRecord['containers'] = {};
  for (const { service, id, number, state, leftoverOf } of containers) {
    if (leftoverOf === undefined) (found[service] ??= []).push({ id, number, state });
  }
  return found;
}

/**
 * Every reference of the new configuration and of what runs; they are the names a build or a pull may move. What a run
 * that never ended has made one name is not what it named: then that run's capture knows.
 */
async function tagsOf(
  { engine, layout }: World,
  stack: string,
  observed: ObservedStack,
  references: string[],
): Promise<CaptureRecord['tags']> {
  const tags = { ...observed.images };
  for (const reference of references) tags[reference] ??= await engine.imageId(reference);
  for (const { imageRef } of observed.containers) {
    if (!(imageRef in tags) && !isId(imageRef)) tags[imageRef] = await engine.imageId(imageRef);
  }
  for (const { runFolder, capture } of await unendedCaptures(layout, stack)) {
    for (const [reference, before] of Object.entries(capture.tags)) {
      const now = tags[reference];
      if (now && (await hasNamed(runFolder, reference, now))) tags[reference] = before;
    }
  }
  return tags;
}

/** Docker shows an id where a container's image has lost its name; an id is no name to put back. */
function isId(reference: string): boolean {
  return /^(sha256:)?[0-9a-f]{12,64}$/.test(reference);
}
