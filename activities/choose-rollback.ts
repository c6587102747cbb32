import path from 'node:path';
import { observeStack } from '../src/docker/observe-stack.js';
import { changedResources } from '../src/plan/changed-resources.js';
import type { Finding } from '../src/spec/finding.js';
import type { FrozenRef } from '../src/spec/stack-spec.js';
import { openFrozen } from '../src/store/frozen.js';
import { stackFolder } from '../src/store/layout.js';
import { type KnownRelease, knownReleases, servingAndTarget, standingOf } from '../src/store/known-releases.js';
import type { Release } from '../src/store/releases.js';
import type { HostActivities } from './activities.js';
import { backupOfRelease } from './backup-of-release.js';
import { refuseWhenNotBegun } from './take-turn.js';
import type { World } from './world.js';
import { exists } from '../src/store/places.js';

/** Safe to repeat because it only looks. */
export function chooseRollback(world: World): HostActivities['chooseRollback'] {
  return async (args) => {
    await refuseWhenNotBegun(world, args);
    return chooseRelease(world, args);
  };
}

type Choice = Awaited<ReturnType<HostActivities['chooseRollback']>>;

/** The same for whoever has no turn, and only wants to know where a rollback would go. */
export async function chooseRelease(
  world: World,
  { stack, to, from, restoreData = false }: Omit<Parameters<HostActivities['chooseRollback']>[0], 'epoch'>,
): Promise<Choice> {
  const known = await knownReleases(world.layout, stack);
  const releases = known.map(({ release }) => release);
  const latest = releases.at(-1);
  if (!latest) return refused(noRelease(stack));
  const containers = await world.engine.containers(stack);
  const { serving, target: last } = servingAndTarget(known, containers);
  if (from !== undefined && serving?.id !== from) return refused(servesNoMore(stack, from, serving));

  const standings = known.map(standingOf);
  const chosen = standings.find(({ id }) => id === (to ?? last));
  const target = releases.find(({ id }) => id === chosen?.id);
  if (!chosen || !target) return refused(to === undefined ? nothingBefore(stack, latest) : unknown(releases, to));
  if (target === serving || serving?.repeats === target.id) return refused(servesAlready(stack, target));
  if (!chosen.kept) return refused(keptNoMore(known, target.id));

  const own = await frozenOf(world, stack, target);
  const now = await frozenOf(world, stack, latest);
  const [frozen, config] = [now ?? own, own ?? now];
  if (!frozen || !config) return refused(noConfiguration(target));
  const findings = [
    ...(await missingOf(world, stack, target)),
    ...(own ? await changedBy(world, stack, own) : []),
    ...(chosen.verified === 'verified' || to !== undefined ? [] : [neverVerified(target)]),
  ];
  const data = restoreData ? await backupOfRelease(world, stack, { releases, target: target.id }) : undefined;
  if (data && 'finding' in data) findings.push(data.finding);
  const { approval } = (await openFrozen(world.layout, stack, frozen.folder)).spec.policy;
  const references = [...new Set(Object.values(target.services).map(({ imageRef }) => imageRef))];
  return {
    ...{ findings, release: target.id, frozen, target: config, references: references.filter(isName) },
    ...(approval ? { approval } : {}),
    ...(data && 'backup' in data ? { backup: data.backup } : {}),
  };
}

function refused(finding: Finding): Choice {
  const none = { folder: '', hash: '' };
  return { findings: [finding], release: '', frozen: none, target: none, references: [] };
}

/** The configuration that a release was deployed from; a baseline may have none. */
async function frozenOf({ layout }: World, stack: string, release: Release): Promise<FrozenRef | undefined> {
  const folder = path.join('releases', release.id, 'frozen');
  const isThere = await exists(path.join(stackFolder(layout, stack), folder, 'spec.json'));
  return isThere ? { folder, hash: release.frozenHash ?? '' } : undefined;
}

/** What it takes to bring a release back and is not there any more. Nothing of it can be built or pulled again. */
async function missingOf({ engine, layout }: World, stack: string, release: Release): Promise<Finding[]> {
  const findings: Finding[] = [];
  const home = stackFolder(layout, stack);
  for (const [service, { containers, frozen, method }] of Object.entries(release.services)) {
    const files = containers.flatMap(({ inspect, bound, copied }) => [
      inspect,
      ...[...bound, ...copied].map(({ copy }) => copy),
    ]);
    if (method === 'compose' && frozen !== undefined) files.push(path.join(frozen, 'compose.yaml'));
    for (const file of files) {
      if (!(await exists(path.join(home, file))))
        findings.push(gone(release, service, `the file ${path.join(home, file)}`));
    }
    for (const imageId of new Set(containers.map((container) => container.imageId))) {
      if ((await engine.imageId(imageId)) === null) findings.push(gone(release, service, `its image ${imageId}`));
    }
  }
  return findings;
}

async function changedBy({ layout, engine }: World, stack: string, { folder }: FrozenRef): Promise<Finding[]> {
  const { spec } = await openFrozen(layout, stack, folder);
  return changedResources(spec, await observeStack(engine, spec));
}

/** An id, or a digest, names the same image for ever. */
function isName(reference: string): boolean {
  return !reference.includes('@') && !/^(sha256:)?[0-9a-f]{12,64}$/.test(reference);
}

const LIST = 'list them: evenkeel releases';

function noRelease(stack: string): Finding {
  const message = `${stack} has no release on this host`;
  return { rule: 'no-release', severity: 'error', message, remedy: 'deploy it: evenkeel deploy' };
}

function keptNoMore(known: KnownRelease[], id: string): Finding {
  const { keep, at } = known.find(({ release }) => release.id === id)!.collection!;
  const again = known.findLast(({ release, collection }) => release.repeats === id && !collection)?.release.id;
  const gone = `its images and its configuration were let go on ${at.slice(0, 10)}`;
  return {
    ...{ rule: 'release-not-kept', severity: 'error' },
    message: `release ${id} is no longer kept: ${gone} (x-evenkeel.releases.keep was ${keep})`,
    remedy:
      again === undefined
        ? 'choose one that is kept (evenkeel releases), or check its source out and deploy that'
        : `release ${again} is the same: evenkeel rollback ${again}`,
  };
}

function unknown(releases: Release[], to: string): Finding {
  const message = `there is no release ${to}; there are ${releases.map(({ id }) => id).join(', ')}`;
  return { rule: 'no-release', severity: 'error', message, remedy: LIST };
}

function nothingBefore(stack: string, { id }: Release): Finding {
  const message = `${stack} has no release to go back to besides ${id}, or only such as turned out to be sick`;
  return {
    rule: 'no-release',
    severity: 'error',
    message,
    remedy: 'name one (evenkeel releases), or deploy what is to serve',
  };
}

/** The rule by which a release is refused of which everything is there already. */
export const SERVES_ALREADY = 'serves-already';

function servesAlready(stack: string, { id }: Release): Finding {
  const message = `release ${id} is what serves ${stack} already`;
  return { rule: SERVES_ALREADY, severity: 'error', message, remedy: LIST };
}

function servesNoMore(stack: string, from: string, serving: Release | undefined): Finding {
  const now = serving ? `release ${serving.id} does` : 'what runs is none of its releases';
  const message = `release ${from} does not serve ${stack} any more: ${now}`;
  return {
    rule: 'serves-no-more',
    severity: 'error',
    message,
    remedy: 'ask again for what serves now: evenkeel releases',
  };
}

function noConfiguration({ id }: Release): Finding {
  const message = `no configuration of release ${id} is kept, nor of what serves`;
  return { rule: 'release-incomplete', severity: 'error', message, remedy: 'deploy what is to serve: evenkeel deploy' };
}

function gone({ id }: Release, service: string, what: string): Finding {
  return {
    ...{ rule: 'release-incomplete', severity: 'error', service },
    message: `release ${id} cannot be brought back whole: ${what} is gone`,
    remedy: 'choose another one (evenkeel releases), or check its source out and deploy that',
  };
}

function neverVerified({ id }: Release): Finding {
  const message = `release ${id} was never verified: nothing says that it stayed well`;
  return { rule: 'never-verified', severity: 'warning', message };
}
