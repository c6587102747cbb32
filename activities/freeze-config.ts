import { mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { cancellationSignal } from '@temporalio/activity';
import { composeEnvironment, dockerEnvironment } from '../src/docker/compose-environment.js';
import { contentHashes, keyedHash, secretVariables } from '../src/docker/content-hashes.js';
import { examineProject } from '../src/docker/examine-project.js';
import { OneAtATime } from '../src/docker/one-at-a-time.js';
import { serviceHashes } from '../src/docker/service-hashes.js';
import { workingCopyOf } from '../src/host/working-copy.js';
import type { Finding } from '../src/spec/finding.js';
import { specFromRendered } from '../src/spec/from-rendered.js';
import { imageSources } from '../src/spec/image-sources.js';
import type { StackSpec } from '../src/spec/stack-spec.js';
import { unknownServices } from '../src/spec/unknown-services.js';
import { openFrozen, writeFrozen } from '../src/store/frozen.js';
import { hostIdentity } from '../src/store/host-identity.js';
import { privateFolder, stackFolder } from '../src/store/layout.js';
import { readJson, sync, writeJson } from '../src/store/private-file.js';
import type { FrozenConfig, HostActivities } from './activities.js';
import { scheduledByFile } from './apply-schedules.js';
import { knownStack } from './known-stack.js';
import { ownRunFolder } from './run-place.js';
import { refuseWhenNotBegun } from './take-turn.js';
import type { World } from './world.js';

/**
 * Safe to repeat because the folder appears whole, by a rename, and whoever finds it takes it as it is: a run has one
 * frozen configuration, whatever happens to the files meanwhile. Attempts of one run follow each other.
 */
export function freezeConfig(world: World): HostActivities['freezeConfig'] {
  return async (args) => {
    await refuseWhenNotBegun(world, args);
    const { stack, services, pull } = args;
    const runFolder = ownRunFolder(world, stack);
    const place = path.relative(stackFolder(world.layout, stack), path.join(runFolder, 'frozen'));
    const { findings, hash } = await oneFreeze.run(runFolder, cancellationSignal(), async () => {
      const kept = await readJson<Summary>(path.join(runFolder, 'frozen', 'summary.json'));
      return kept ?? (await freeze(world, stack, runFolder));
    });
    if (hash === undefined) return { findings, images: [] };

    const { spec } = await openFrozen(world.layout, stack, place);
    const unknown = unknownServices(services, spec);
    if (unknown.length > 0) return { findings: [...findings, ...unknown], images: [] };
    const images = await imagesOf(world, spec, services, pull);
    const { rehearse, approval } = spec.policy;
    const isScheduled = spec.policy.schedule !== undefined || (await scheduledByFile(world, stack)).length > 0;
    return {
      frozen: { folder: place, hash },
      findings,
      images,
      rehearsal: rehearse.mode,
      ...(approval ? { approval } : {}),
      ...(isScheduled ? { scheduled: true } : {}),
    };
  };
}

/** No lock keeps an attempt that was given up for lost from the next one's folder. */
const oneFreeze = new OneAtATime();

/** How the name of a folder begins that does not count yet. */
const UNFINISHED = 'freezing-';

/** What is worth knowing of a freeze beside its content; no `hash` where the configuration is no good. */
interface Summary {
  findings: Finding[];
  hash?: string;
}

async function freeze(world: World, stack: string, runFolder: string): Promise<Summary> {
  const entry = await knownStack(world, stack);
  const env = await composeEnvironment(world, stack);
  const project = { ...entry, projectName: entry.name };
  const examined = await examineProject(project, env);
  const { findings, rendered, yaml, policy, health, endpoints, inactiveServices, environment, secretValues } = examined;
  if (rendered === undefined || yaml === undefined || findings.some(({ severity }) => severity === 'error')) {
    return { findings };
  }

  const { key } = await hostIdentity(world.layout);
  const secrets = Object.fromEntries(secretVariables(rendered).map((name) => [name, environment[name] ?? '']));
  await sweepUnfinished(await privateFolder(runFolder));
  const folder = await mkdtemp(path.join(runFolder, UNFINISHED));
  try {
    const contents = await contentHashes(rendered, environment, key);
    const hashes = await serviceHashes(yaml, {
      directory: entry.directory,
      project: stack,
      env: { ...secrets, ...dockerEnvironment(world.env) },
    });
    const spec = specFromRendered(rendered, {
      project: stack,
      policy,
      health,
      endpoints,
      contentHashes: contents,
      configHashes: hashes.plain,
      configHashesAlone: hashes.alone,
      inactiveServices,
    });
    const hash = keyedHash(key, JSON.stringify([yaml, contents]));
    const source = await workingCopyOf(entry.directory, world.env);
    const content = { yaml, directory: entry.directory, secrets, secretValues, spec };
    await writeFrozen(folder, { ...content, ...(source ? { source } : {}) });
    await writeJson(path.join(folder, 'summary.json'), { findings, hash } satisfies Summary);
    await rename(folder, path.join(runFolder, 'frozen'));
    await sync(runFolder);
    return { findings, hash };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What a killed attempt was about to freeze holds secrets, and nobody will ever read it. */
async function sweepUnfinished(runFolder: string): Promise<void> {
  const unfinished = (await readdir(runFolder)).filter((name) => name.startsWith(UNFINISHED));
  await Promise.all(unfinished.map((name) => rm(path.join(runFolder, name), { recursive: true, force: true })));
}

/** How every service that is asked for, or is missing for one, gets its image. */
async function imagesOf(
  { engine }: World,
  spec: StackSpec,
  services: string[],
  pull: boolean,
): Promise<FrozenConfig['images']> {
  const references = [...new Set(Object.values(spec.services).map(({ image }) => image))];
  const ids = await Promise.all(references.map((reference) => engine.imageId(reference)));
  const here = new Set(references.filter((_, index) => ids[index] !== null));
  return imageSources(spec, { services, pull, here });
}
