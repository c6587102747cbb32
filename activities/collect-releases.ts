import { EngineRefused } from '../src/docker/engine.js';
import { isWeather } from '../src/docker/weather.js';
import { spareReleases } from '../src/plan/spare-releases.js';
import type { Finding } from '../src/spec/finding.js';
import { DEFAULT_RELEASES, type ReleasesPolicy } from '../src/spec/releases-policy.js';
import { noteCollection } from '../src/store/collections.js';
import { openFrozen } from '../src/store/frozen.js';
import { knownReleases, standingOf } from '../src/store/known-releases.js';
import { filesOfRelease, removeRemains, type StillUsed } from '../src/store/release-remains.js';
import { type UnendedCapture, unendedCaptures } from '../src/store/unended-captures.js';
import type { Collected, HostActivities } from './activities.js';
import { letImagesOfReleaseGo } from './release-images.js';
import { releasesOfOpenRuns } from './releases-of-open-runs.js';
import { ownRun } from './run-place.js';
import { withTurn } from './take-turn.js';
import type { World } from './world.js';

/**
 * Safe to repeat because a release is noted as no longer kept before anything of it goes, and what is gone is no longer found;
 * what an attempt that died has left is taken up by the next one, or by the next run.
 */
export function collectReleases(world: World): HostActivities['collectReleases'] {
  return async (args) => {
    const { stack } = args;
    const { spec } = await openFrozen(world.layout, stack, args.frozen.folder);
    // A run may have frozen its configuration by a version that knew of no such policy.
    const policy: ReleasesPolicy = (spec.policy as Partial<typeof spec.policy>).releases ?? DEFAULT_RELEASES;
    const collected = await withTurn(world, args, async () => {
      const captures = await unendedCaptures(world.layout, stack);
      const references = Object.values(spec.services).map(({ image }) => image);
      const releases = await noteSpare(world, stack, { keep: policy.keep, captures });
      return { releases, findings: await removeCollected(world, stack, { captures, references }) };
    });
    // The cache is no stack's, and to look through it takes a while: whoever wants this stack meanwhile need not wait for it.
    const builds = Object.values(spec.services).some(({ build }) => build !== undefined);
    const capped = builds ? await capBuildCache(world, policy) : { cacheBytes: 0, findings: [] };
    return { ...collected, ...capped, findings: [...collected.findings, ...capped.findings] };
  };
}

/** From here on none of them is counted on. Returns those that were until now. */
async function noteSpare(
  world: World,
  stack: string,
  { keep, captures }: { keep: number; captures: UnendedCapture[] },
): Promise<string[]> {
  const { layout } = world;
  const known = await knownReleases(layout, stack);
  const needed = [
    ...captures.flatMap(({ capture }) => capture.release ?? []),
    ...(await releasesOfOpenRuns(world, stack)),
  ];
  const spare = spareReleases(known.map(standingOf), { keep, needed });
  const collection = { at: new Date().toISOString(), ...ownRun(), keep, complete: false };
  for (const id of spare) await noteCollection(layout, stack, id, collection);
  return spare;
}

/** Of every release that is no longer kept, and of which something is left. */
async function removeCollected(
  world: World,
  stack: string,
  { captures, references }: { captures: UnendedCapture[]; references: string[] },
): Promise<Finding[]> {
  const { layout, engine } = world;
  const known = await knownReleases(layout, stack);
  const incomplete = known.filter(({ collection }) => collection?.complete === false);
  if (incomplete.length === 0) return [];
  const kept = known.filter(({ collection }) => collection === undefined).map(({ release }) => release);
  const used: StillUsed = {
    needed: new Set([...kept.flatMap(filesOfRelease), ...captures.map(({ capture }) => capture.frozen)]),
    mounted: await engine.mountedPaths(),
  };
  const all = known.map(({ release }) => release);
  const findings: Finding[] = [];
  for (const { release, collection } of incomplete) {
    try {
      const left = await removeRemains(layout, stack, release.id, used);
      const imagesAreGone = await letImagesOfReleaseGo(world, stack, release, { kept, all, references });
      if (left.length > 0 || !imagesAreGone) continue;
      await noteCollection(layout, stack, release.id, { ...collection!, complete: true });
    } catch (error) {
      findings.push(refusal(error, `what was kept of release ${release.id}`));
    }
  }
  return findings;
}

/**
 * The cache is everybody's who builds on this engine: the limit is far above what is used, and is the operator's to choose. What
 * is not done in the time that the engine is given is left to the next deployment; nothing is worth a run that stays open for it.
 */
async function capBuildCache(
  { engine }: World,
  { buildCacheBytes }: ReleasesPolicy,
): Promise<Pick<Collected, 'cacheBytes' | 'findings'>> {
  if (buildCacheBytes === 'off') return { cacheBytes: 0, findings: [] };
  try {
    return { cacheBytes: await engine.pruneBuildCache(buildCacheBytes), findings: [] };
  } catch (error) {
    const isLeft = isWeather(error);
    return { cacheBytes: 0, findings: isLeft ? [] : [refusal(error, 'the build cache beyond its limit')] };
  }
}

/** Weather is tried again; what Docker will not have stays for the next run. */
function refusal(error: unknown, what: string): Finding {
  if (!(error instanceof EngineRefused) || isWeather(error)) throw error;
  return {
    ...{ rule: 'not-let-go', severity: 'warning' },
    message: `${what} could not be removed: Docker says: ${error.message}`,
    remedy: 'nothing is lost by it; the next deployment tries again',
  };
}
