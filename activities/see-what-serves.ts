import path from 'node:path';
import type { RunKind } from '../src/plan/begin-again.js';
import type { NewerRun } from '../src/plan/newer-run.js';
import type { Plan } from '../src/plan/plan.js';
import type { ReleaseStanding } from '../src/plan/rollback-target.js';
import { nextCommand, type NextFacts } from '../src/plan/next-command.js';
import { type KnownService, ranIn, type ServedFacts, servedRows } from '../src/plan/served-rows.js';
import { isWeather } from '../src/docker/weather.js';
import { readCapture } from '../src/store/captures.js';
import { readEpoch } from '../src/store/epoch.js';
import { openFrozen } from '../src/store/frozen.js';
import { type KnownRelease, knownReleases, standingOf } from '../src/store/known-releases.js';
import { runFolder } from '../src/store/layout.js';
import { readJson } from '../src/store/private-file.js';
import type { Release } from '../src/store/releases.js';
import { readResult, readRunIdentity } from '../src/store/run-folders.js';
import type { HostActivities, Turn } from './activities.js';
import { chooseRelease, SERVES_ALREADY } from './choose-rollback.js';
import { needsHost } from './locate-stack.js';
import { ownRunFolder, ownRunPlace } from './run-place.js';
import { unsettledSwaps } from './unsettled.js';
import { settleCommands } from './unsettled-findings.js';
import type { World } from './world.js';

/** Safe to repeat because it only looks. */
export function seeWhatServes(world: World): HostActivities['seeWhatServes'] {
  return async (args) => {
    const { stack, release: before, touched } = args;
    const known = await knownReleases(world.layout, stack);
    const identity = await readRunIdentity(ownRunFolder(world, stack));
    const served = await servedFacts(world, args, known, identity?.beganAtMs ?? Infinity);
    const services = servedRows(served);
    const newer = await newerRun(world, args);
    const facts: NextFacts = {
      ...{
        stack,
        run: await runKind(world, stack, identity?.type ?? 'deploy'),
        rows: services,
        touched,
        ran: ranIn(served, before),
      },
      ...((await commandsNeedHost(world, stack)) ? { host: world.host } : {}),
      ...(newer === undefined ? {} : { newer }),
      ...(before === undefined ? {} : { before }),
      ...(await settleCommands(world, stack, await unsettledSwaps(world, stack, ''))),
      ...(await returnableRelease(world, stack, known, before)),
    };
    return { services, next: nextCommand(facts) };
  };
}

type Asked = Parameters<HostActivities['seeWhatServes']>[0];

async function servedFacts(
  world: World,
  { stack, release: before, back, touched }: Asked,
  known: KnownRelease[],
  beganAtMs: number,
): Promise<ServedFacts> {
  const newestFirst = known.map(({ release }) => release).reverse();
  const ordered = [...newestFirst.filter(({ id }) => id === before), ...newestFirst.filter(({ id }) => id !== before)];
  const releases = await Promise.all(
    ordered.map(async (release) => ({ id: release.id, services: await knownServices(world, stack, release) })),
  );
  return { containers: await world.engine.containers(stack), releases, back, touched, beganAtMs };
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
      containers: service.containers,
    };
    return [name, known] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

const none = (): undefined => undefined;

async function newerRun({ layout }: World, { stack, epoch }: Turn): Promise<NewerRun | undefined> {
  const current = await readEpoch(layout, stack);
  if (!current || current.epoch <= epoch) return undefined;
  const folder = runFolder(layout, stack, current.workflowId, current.runId);
  const type = (await readRunIdentity(folder))?.type;
  return {
    workflowId: current.workflowId,
    ...(type === undefined ? {} : { type }),
    ended: (await readResult(folder)) !== undefined,
    isNext: current.epoch === epoch + 1,
  };
}

/** A rollback notes what it is to bring about once it has planned. */
async function runKind(world: World, stack: string, type: string): Promise<RunKind> {
  if (type !== 'rollback') return { type };
  const to = (await readCapture(world.layout, stack, path.join(ownRunPlace(world, stack), 'aim')))?.release;
  const plan = await readJson<Plan>(path.join(ownRunFolder(world, stack), 'plan.json'));
  return { type, ...(to === undefined ? {} : { to }), ...(plan?.data ? { restoreData: true } : {}) };
}

/** Where nobody says which hosts there are, the stack is taken to be on this one alone. */
async function commandsNeedHost(world: World, stack: string): Promise<boolean> {
  const until = Date.now() + HOSTS_SAID_WITHIN_MS;
  return world.temporal.withDeadline(until, () => needsHost(world, stack)).catch(() => false);
}

const HOSTS_SAID_WITHIN_MS = 3000;

/**
 * The first release to which a rollback would be accepted: that of before, then verified ones, then others, newest first; and whether
 * that of before is there as it is.
 */
async function returnableRelease(
  world: World,
  stack: string,
  known: KnownRelease[],
  before: string | undefined,
): Promise<Pick<NextFacts, 'returnable' | 'stands'>> {
  const standings = known.map(standingOf).reverse();
  const kept = standings.filter(({ kept, verified }) => kept && verified !== 'sick');
  const isVerified = ({ verified }: ReleaseStanding): boolean => verified === 'verified';
  const others = [...kept.filter(isVerified), ...kept.filter((one) => !isVerified(one))].map(({ id }) => id);
  let stands = false;
  for (const to of new Set([...(before === undefined ? [] : [before]), ...others])) {
    const refusals = await refusalsOf(world, stack, to);
    if (refusals?.length === 0) return { stands, returnable: to };
    stands ||= to === before && refusals?.includes(SERVES_ALREADY) === true;
  }
  return { stands };
}

/** The rules by which a rollback to a release would be refused; undefined where what is kept of it cannot be read. */
async function refusalsOf(world: World, stack: string, to: string): Promise<string[] | undefined> {
  try {
    const { findings } = await chooseRelease(world, { stack, to });
    return findings.filter(({ severity }) => severity === 'error').map(({ rule }) => rule);
  } catch (error) {
    if (isWeather(error)) throw error;
    return undefined;
  }
}
