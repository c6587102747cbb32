import type { ObservedContainer } from '../src/plan/observed-stack.js';
import type { ReleaseStanding } from '../src/plan/rollback-target.js';
import { nextCommand, type NextFacts } from '../src/plan/next-command.js';
import { type KnownService, type ServedFacts, servedRows } from '../src/plan/served-rows.js';
import { isWeather } from '../src/docker/weather.js';
import { readEpoch } from '../src/store/epoch.js';
import { openFrozen } from '../src/store/frozen.js';
import { knownReleases, standingOf } from '../src/store/known-releases.js';
import type { Release } from '../src/store/releases.js';
import { readRunIdentity } from '../src/store/run-folders.js';
import { unsettledSwaps } from '../src/store/unsettled-swaps.js';
import type { HostActivities, Turn } from './activities.js';
import { chooseRelease } from './choose-rollback.js';
import { ownRunFolder } from './run-place.js';
import { settleCommands } from './unsettled-findings.js';
import type { World } from './world.js';

/** Safe to repeat because it only looks. */
export function seeWhatServes(world: World): HostActivities['seeWhatServes'] {
  return async (args) => {
    const { stack, release: before, touched } = args;
    const containers = await world.engine.containers(stack);
    const services = servedRows(await servedFacts(world, args, containers));
    const newer = await newerRun(world, args);
    const facts: NextFacts = {
      ...{ stack, rows: services, touched },
      ...(newer === undefined ? {} : { newer }),
      ...(before === undefined ? {} : { before }),
      unsettled: await settleCommands(world, stack, await unsettledSwaps(world.layout, stack, '')),
      ...(await returnableRelease(world, stack, before)),
    };
    return { services, next: nextCommand(facts) };
  };
}

type Asked = Parameters<HostActivities['seeWhatServes']>[0];

async function servedFacts(
  world: World,
  { stack, release: before, back, touched }: Asked,
  containers: ObservedContainer[],
): Promise<ServedFacts> {
  const known = (await knownReleases(world.layout, stack)).map(({ release }) => release).reverse();
  const ordered = [...known.filter(({ id }) => id === before), ...known.filter(({ id }) => id !== before)];
  const releases = await Promise.all(
    ordered.map(async (release) => ({ id: release.id, services: await knownServices(world, stack, release) })),
  );
  const beganAtMs = (await readRunIdentity(ownRunFolder(world, stack)))?.beganAtMs ?? Infinity;
  return { containers, releases, back, touched, beganAtMs };
}

async function knownServices(
  { layout }: World,
  stack: string,
  release: Release,
): Promise<Record<string, KnownService>> {
  const entries = Object.entries(release.services).map(async ([name, service]) => {
    // A release that is no longer kept, or that somebody has damaged, is recognised by its record alone.
    const frozen =
      service.frozen === undefined ? undefined : await openFrozen(layout, stack, service.frozen).catch(none);
    const alone = frozen?.spec.services[name]?.configHashAlone;
    const known: KnownService = {
      imageId: service.imageId,
      configHashes: [service.configHash, ...(alone === undefined ? [] : [alone])],
      containerIds: service.containers.map(({ id }) => id),
    };
    return [name, known] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

const none = (): undefined => undefined;

async function newerRun({ layout }: World, { stack, epoch }: Turn): Promise<string | undefined> {
  const current = await readEpoch(layout, stack);
  return current && current.epoch > epoch ? current.workflowId : undefined;
}

/** The first release to which a rollback would be accepted: that of before, then verified ones, then others, newest first. */
async function returnableRelease(
  world: World,
  stack: string,
  before: string | undefined,
): Promise<{ returnable?: string }> {
  const standings = (await knownReleases(world.layout, stack)).map(standingOf).reverse();
  const kept = standings.filter(({ kept, verified }) => kept && verified !== 'sick');
  const isVerified = ({ verified }: ReleaseStanding): boolean => verified === 'verified';
  const others = [...kept.filter(isVerified), ...kept.filter((one) => !isVerified(one))].map(({ id }) => id);
  for (const to of new Set([...(before === undefined ? [] : [before]), ...others])) {
    if (await isAccepted(world, stack, to)) return { returnable: to };
  }
  return {};
}

async function isAccepted(world: World, stack: string, to: string): Promise<boolean> {
  try {
    const { findings } = await chooseRelease(world, { stack, to });
    return findings.every(({ severity }) => severity !== 'error');
  } catch (error) {
    if (isWeather(error)) throw error;
    // What is kept of it cannot be read.
    return false;
  }
}
