import { activityInfo, heartbeat, sleep } from '@temporalio/activity';
import { followService, type GateCursor, judgeService } from '../src/gates/judge-service.js';
import { lookingAgain } from '../src/gates/look-gap.js';
import { WATCHING_PACE } from '../src/gates/probe-pace.js';
import type { Sample } from '../src/gates/verdict.js';
import { gateFor } from '../src/plan/gate-for.js';
import type { GateSpec } from '../src/plan/plan.js';
import { holdText } from '../src/spec/hold.js';
import { longestWatchMs, type ProbationVerdict, type ProbationWatch } from '../src/spec/probation.js';
import { openFrozen } from '../src/store/frozen.js';
import { readHold } from '../src/store/holds.js';
import { readRelease, type Release, type ReleasedService } from '../src/store/releases.js';
import { noteProbation, noteVerification, readVerification } from '../src/store/verifications.js';
import type { HostActivities } from './activities.js';
import { OwnProbes } from './own-probes.js';
import { runAtWork } from './run-at-work.js';
import { ServiceSampler } from './sample-service.js';
import type { World } from './world.js';

const LOOK_EVERY_MS = 1000;
/** Signals to containers are looked for this far back from the moment in which one has ended. */
const KILLED_BEFORE_MS = 30_000;
/** An engine that was away this lately may be what ended a container. */
const AWAY_BEFORE_MS = 60_000;

/** One service of the release, as it is watched. */
interface Watched {
  service: string;
  kept: ReleasedService;
  gate: GateSpec;
  sampler: ServiceSampler;
}

/** By service; in the heartbeats, so that another attempt keeps the windows, and the restarts that do not count. */
interface Cursor {
  services: Record<string, GateCursor>;
  startedAtMs: number;
  /** When the engine last did not answer. */
  awayAtMs?: number;
}

/**
 * Safe to repeat because it only looks, and the word that it notes beside the release's record is written once: an attempt that
 * finds one returns it. Whether the stack is held is asked last.
 */
export function watchRelease(world: World): HostActivities['watchRelease'] {
  return async (watch) => {
    const verdict = await notedVerdict(world, watch);
    const hold = verdict.verified === 'sick' ? await readHold(world.layout, watch.stack) : undefined;
    return hold ? { ...verdict, held: holdText(hold) } : verdict;
  };
}

async function notedVerdict(world: World, watch: ProbationWatch): Promise<ProbationVerdict> {
  const { layout } = world;
  const { stack, forMs } = watch;
  const release = await readRelease(layout, stack, watch.release);
  if (!release) return { verified: 'unknown', reason: 'its record is gone' };
  const known = await readVerification(layout, stack, watch.release);
  if (known) return { verified: known.verified, reason: known.reason };
  const probation = { sinceMs: activityInfo().scheduledTimestampMs, forMs };
  await noteProbation(layout, stack, watch.release, probation);
  const verdict = await verdictOn(world, watch, release);
  const { verified, service, reason } = verdict;
  const words = service === undefined ? reason : `${service}: ${reason}`;
  if (verified === 'unknown') await noteProbation(layout, stack, watch.release, { ...probation, ended: words });
  else {
    const at = new Date().toISOString();
    await noteVerification(layout, stack, watch.release, { verified, at, reason: words });
  }
  return verdict;
}

async function verdictOn(world: World, watch: ProbationWatch, release: Release): Promise<ProbationVerdict> {
  const probes = new OwnProbes(world.engine, WATCHING_PACE, (text) => text);
  try {
    const services = await servicesOf(world, { watch, release, probes });
    if (services.length === 0) return { verified: 'unknown', reason: 'it made nothing that goes on running' };
    return await watched(world, watch, services);
  } finally {
    await probes.close();
  }
}

async function servicesOf(
  { engine, layout }: World,
  { watch, release, probes }: { watch: ProbationWatch; release: Release; probes: OwnProbes },
): Promise<Watched[]> {
  const { stack, services, forMs } = watch;
  const watchable = services.filter((service) => release.services[service]?.state === 'running');
  return Promise.all(
    watchable.map(async (service) => {
      const kept = release.services[service]!;
      const frozen = kept.frozen === undefined ? undefined : await openFrozen(layout, stack, kept.frozen);
      const asked = frozen?.spec.services[service];
      const gate: GateSpec = {
        ...(frozen && asked ? gateFor(frozen.spec, asked, []) : UNKNOWN_GATE),
        // That it could not be seen to be well in time is no sickness.
        ...{ stableForMs: forMs, timeoutMs: Infinity, probe: 'docker', leftAlone: true },
      };
      const redact = frozen?.redact ?? ((): string => '(not shown)');
      return {
        service,
        kept,
        gate,
        sampler: new ServiceSampler(engine, probes, { project: stack, service, gate, redact }),
      };
    }),
  );
}

const UNKNOWN_GATE: GateSpec = {
  ...{ kind: 'long-running', timeoutMs: 300_000, stableForMs: 0 },
  ...{ probe: 'docker', onInconclusive: 'accept' },
};

async function watched(world: World, watch: ProbationWatch, services: Watched[]): Promise<ProbationVerdict> {
  const { heartbeatDetails, scheduledTimestampMs: askedAtMs } = activityInfo();
  let cursor = (heartbeatDetails as Cursor | null | undefined) ?? { services: {}, startedAtMs: Date.now() };
  for (;;) {
    const passed: string[] = [];
    for (const one of services) {
      const { service, gate, sampler } = one;
      const before = cursor.services[service] ?? { startedAtMs: Date.now(), tracks: {} };
      const samples = await sampler.look(before);
      const atMs = Date.now();
      if (!samples) {
        cursor = { ...cursor, awayAtMs: atMs };
        continue;
      }
      if (!isOfTheRelease(one, samples)) return left(service, 'its containers were replaced or removed');
      const asked = { question: 'stays-well', gate, askedAtMs } as const;
      const now = followService(lookingAgain(before, atMs), samples, atMs, asked);
      cursor = { ...cursor, services: { ...cursor.services, [service]: now } };
      const answer = judgeService({ question: 'stays-well', gate, cursor: now, samples, atMs });
      if (answer.verdict === 'pass') passed.push(service);
      if (answer.verdict === 'inconclusive') return left(service, answer.reason);
      // A run that changes the stack decides itself what is well; what it leaves is looked at when it has ended.
      if (answer.verdict !== 'fail' || (await runAtWork(world, watch.stack))) continue;
      const excuse = answer.sick ? undefined : await excuseOf(world, watch.stack, { samples, atMs, cursor });
      if (excuse !== undefined) return left(service, excuse);
      return { verified: 'sick', service, reason: answer.reason };
    }
    heartbeat(cursor);
    if (passed.length === services.length) return { verified: 'verified', reason: 'stayed well' };
    if (Date.now() - cursor.startedAtMs > longestWatchMs(watch.forMs)) {
      return { verified: 'unknown', reason: 'it could not be seen to stay well' };
    }
    await sleep(LOOK_EVERY_MS);
  }
}

/** All containers that the release left are there, and no others. */
function isOfTheRelease({ kept }: Watched, samples: Sample[]): boolean {
  const present = samples.filter(({ state }) => state !== 'missing' && state !== 'removing').map(({ id }) => id);
  return present.length === kept.containers.length && kept.containers.every(({ id }) => present.includes(id));
}

/** What else than the release may have ended a container: somebody who stopped it, or an engine that went away. */
async function excuseOf(
  { engine }: World,
  stack: string,
  { samples, atMs, cursor: { awayAtMs } }: { samples: Sample[]; atMs: number; cursor: Cursor },
): Promise<string | undefined> {
  if (awayAtMs !== undefined && atMs - awayAtMs < AWAY_BEFORE_MS)
    return 'Docker was away, and it did not come back with it';
  const signalled = await engine.signalled(stack, atMs - KILLED_BEFORE_MS);
  const ended = samples.filter(({ state }) => state !== 'running');
  return ended.some(({ id }) => signalled.includes(id)) ? 'it was stopped by hand' : undefined;
}

function left(service: string, reason: string): ProbationVerdict {
  return { verified: 'unknown', service, reason };
}
