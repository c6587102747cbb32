import { ApplicationFailure, cancellationSignal } from '@temporalio/activity';
import { choose } from '../src/health/choose.js';
import { driftFindings } from '../src/health/drift.js';
import { layersOf } from '../src/health/layers.js';
import { linksOf } from '../src/health/links.js';
import { remarksOn } from '../src/health/remarks.js';
import { reportOf } from '../src/health/report.js';
import { trendAfter } from '../src/health/trend.js';
import { compareText } from '../src/plan/words.js';
import type { Check, CheckReport } from '../src/spec/check-report.js';
import type { Finding } from '../src/spec/finding.js';
import { dueAfter, dueTimes } from '../src/schedule/due-times.js';
import { type HealthState, readHealth, stateBefore, writeHealth } from '../src/store/health-state.js';
import type { AnyWorkerActivities, HostActivities } from './activities.js';
import { diskFindings } from './disk-findings.js';
import { FAILURE } from './failures.js';
import { knownStack } from './known-stack.js';
import { lookAtLink } from './look-at-link.js';
import { lookAtService, type ServiceFound } from './look-at-service.js';
import { runAtWork } from './run-at-work.js';
import { ownRun } from './run-place.js';
import { servingStack, type ServingStack } from './serving-stack.js';
import type { World } from './world.js';

/** Safe to repeat because it only looks. */
export function checkStack(world: World): HostActivities['checkStack'] {
  return async ({ stack, only, services }) => {
    const { report } = await look(world, stack, { only, services }, await readHealth(world.layout, stack));
    return report;
  };
}

/** Safe to repeat because it only looks, and a second attempt goes on from what the first one went on from. */
export function lookAtStack(world: World): HostActivities['lookAtStack'] {
  return async ({ stack }) => {
    const { runId } = ownRun();
    const before = stateBefore(await readHealth(world.layout, stack), runId);
    const { report, restarts, tables } = await look(world, stack, { services: [] }, before);
    const trend = trendAfter(before && { ...before.report.trend, health: before.report.health }, report);
    const { temporal, host } = world;
    const { atMs } = report;
    const due = dueAfter(before?.due, atMs) ?? {
      times: await dueTimes(temporal, { host, stack }, atMs),
      askedAtMs: atMs,
    };
    const state: HealthState = {
      ...{ runId, restarts, report: { ...report, trend }, tables: { ...before?.tables, ...tables } },
      ...(before ? { before } : {}),
      ...(due.times.length > 0 ? { due } : {}),
    };
    await writeHealth(world.layout, stack, state);
    return state.report;
  };
}

/**
 * A worker has room for 40 runs at once (the SDK's default), and a look in hand keeps its run in there until it has ended: a burst
 * of them would keep deployments from going on, and from hearing an abort, so some of that room is left to those.
 */
const IN_HAND_AT_ONCE = 30;

/** Safe to repeat because `lookAtStack` is. */
export function lookIfHere(
  world: Pick<World, 'host'>,
  look: HostActivities['lookAtStack'],
): AnyWorkerActivities['lookIfHere'] {
  let inHand = 0;
  return async ({ stack, host }) => {
    if (host !== world.host || inHand >= IN_HAND_AT_ONCE) return undefined;
    inHand += 1;
    try {
      return await look({ stack });
    } finally {
      inHand -= 1;
    }
  };
}

type LookedUp = { report: CheckReport } & Pick<HealthState, 'restarts' | 'tables'>;

async function look(
  world: World,
  stack: string,
  asked: { only?: string | undefined; services: string[] },
  before: Omit<HealthState, 'before'> | undefined,
): Promise<LookedUp> {
  const atMs = Date.now();
  await knownStack(world, stack);
  const serving = await servingStack(world, stack);
  const { spec, release, containers } = serving;
  const layerOf = layersOf(spec, Object.keys(serving.stores));
  const stores = Object.entries(serving.stores)
    .filter(([service]) => service in spec.services)
    .map(([service, type]) => ({ service, type: type === 'postgres' ? ('database' as const) : type }));
  const chosen = choose({ layers: layerOf, stores }, asked);
  if ('refused' in chosen) throw ApplicationFailure.nonRetryable(`${stack}: ${chosen.refused}`, FAILURE.invalidInput);

  const signal = cancellationSignal();
  const names = [...chosen.services].sort();
  const [found, links] = await Promise.all([
    Promise.all(
      chosen.themselves
        ? names.map((service) => lookAtService({ world, stack, serving, before, signal }, service))
        : [],
    ),
    Promise.all(
      chosen.network
        ? linksOf(spec)
            .filter(({ from }) => chosen.services.has(from))
            .sort((a, b) => compareText(a.from, b.from) || compareText(a.to, b.to))
            .map((link) => lookAtLink({ world, serving, signal }, link))
        : [],
    ),
  ]);
  const checks: Check[] = [...found.flatMap(({ checks: own }) => own), ...links.flatMap((link) => link ?? [])];
  const isWell = checks.every(({ verdict }) => verdict === 'pass');
  // What a run replaces is down for a moment, and its gates judge it. It may have closed while this look was made.
  const changing = isWell ? undefined : await runAtWork(world, stack, atMs);
  return {
    report: reportOf({
      ...{ stack, host: world.host, checks, layerOf, stores, atMs, durationMs: Date.now() - atMs },
      warnings: chosen.themselves
        ? [...remarks(serving, found, before?.restarts), ...drift(serving), ...(await diskFindings(world))].filter(
            ({ service }) => asked.services.length + (asked.only ? 1 : 0) === 0 || chosen.services.has(service ?? ''),
          )
        : [],
      ...(release ? { release: release.id } : {}),
      ...(changing === undefined ? {} : { changing }),
    }),
    restarts: Object.fromEntries(containers.map(({ observed }) => [observed.id, observed.restartCount])),
    tables: Object.fromEntries(found.flatMap(({ service, tables }) => (tables ? [[service, tables] as const] : []))),
  };
}

function remarks(
  { containers }: ServingStack,
  found: ServiceFound[],
  restartsBefore: Record<string, number> | undefined,
): Finding[] {
  const known = new Set(containers.map(({ observed }) => observed.id));
  return found.flatMap(({ service, samples }) =>
    samples
      .filter(({ id }) => known.has(id))
      .flatMap((sample) => remarksOn(service, sample, restartsBefore?.[sample.id])),
  );
}

function drift({ release, spec, containers }: ServingStack): Finding[] {
  if (!release) return [];
  const released = Object.entries(release.services).map(([name, { scale, imageId, configHash }]) => {
    const { configHash: plain, configHashAlone } = spec.services[name] ?? {};
    return [
      name,
      { scale, imageId, configHashes: [configHash, plain ?? configHash, configHashAlone ?? configHash] },
    ] as const;
  });
  const observed = containers.map((container) => container.observed);
  return driftFindings(observed, Object.fromEntries(released), spec, release.id);
}
