import { mkdtemp, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { composeArgv } from '../src/docker/compose-command.js';
import { composeEnvironment, dockerEnvironment } from '../src/docker/compose-environment.js';
import { contentHashes, keyedHash, secretVariables } from '../src/docker/content-hashes.js';
import { examineProject } from '../src/docker/examine-project.js';
import { allServices, configHashes } from '../src/docker/render-config.js';
import type { Finding } from '../src/spec/finding.js';
import { specFromRendered } from '../src/spec/from-rendered.js';
import type { ServiceSpec, StackSpec } from '../src/spec/stack-spec.js';
import { unknownServices } from '../src/spec/unknown-services.js';
import { openFrozen, writeFrozen, type FrozenContent } from '../src/store/frozen.js';
import { hostIdentity } from '../src/store/host-identity.js';
import { privateFolder, stackFolder } from '../src/store/layout.js';
import { readJson, writeJson } from '../src/store/private-file.js';
import type { FrozenConfig, HostActivities } from './activities.js';
import { knownStack } from './known-stack.js';
import { ownRunFolder } from './run-place.js';
import type { World } from './world.js';

/**
 * Safe to repeat because the folder appears whole, by a rename, and whoever finds it takes it as it is: a run has one
 * frozen configuration, whatever happens to the files meanwhile.
 */
export function freezeConfig(world: World): HostActivities['freezeConfig'] {
  return async ({ stack, services, pull }) => {
    const runFolder = ownRunFolder(world, stack);
    const place = path.relative(stackFolder(world.layout, stack), path.join(runFolder, 'frozen'));
    const kept = await readJson<Summary>(path.join(runFolder, 'frozen', 'summary.json'));
    const { findings, hash } = kept ?? (await freeze(world, stack, runFolder));
    if (hash === undefined) return { findings, images: [] };

    const { spec } = await openFrozen(world.layout, stack, place);
    const unknown = unknownServices(services, spec);
    if (unknown.length > 0) return { findings: [...findings, ...unknown], images: [] };
    return { frozen: { folder: place, hash }, findings, images: await imagesOf(world, spec, services, pull) };
  };
}

/** What is worth knowing of a freeze beside its content; no `hash` where the configuration is no good. */
interface Summary {
  findings: Finding[];
  hash?: string;
}

async function freeze(world: World, stack: string, runFolder: string): Promise<Summary> {
  const entry = await knownStack(world, stack);
  const env = await composeEnvironment(world, stack);
  const project = { ...entry, projectName: entry.name };
  const { findings, rendered, yaml, policy, health, secretValues } = await examineProject(project, env);
  if (rendered === undefined || yaml === undefined || findings.some(({ severity }) => severity === 'error')) {
    return { findings };
  }

  const { key } = await hostIdentity(world.layout);
  const secrets = Object.fromEntries(secretVariables(rendered).map((name) => [name, env[name] ?? '']));
  const place = { composeFile: '', directory: entry.directory, spec: { project: stack } };
  const folder = await mkdtemp(path.join(await privateFolder(runFolder), 'freezing-'));
  try {
    const frozenEnv = { ...secrets, ...dockerEnvironment(world.env) };
    const contents = await contentHashes(rendered, env, key);
    const bare: FrozenContent = { yaml, directory: entry.directory, secrets, secretValues, spec: {} as StackSpec };
    await writeFrozen(folder, bare);
    const argv = composeArgv({ ...place, composeFile: path.join(folder, 'compose.yaml') }, []);
    const spec = specFromRendered(rendered, {
      project: stack,
      policy,
      health,
      contentHashes: contents,
      configHashes: await configHashes(argv, entry.directory, frozenEnv),
      inactiveServices: inactive(await allServices(project, env), rendered),
    });
    const hash = keyedHash(key, JSON.stringify([yaml, contents]));
    await writeFrozen(folder, { ...bare, spec });
    await writeJson(path.join(folder, 'summary.json'), { findings, hash } satisfies Summary);
    await rename(folder, path.join(runFolder, 'frozen'));
    return { findings, hash };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function inactive(all: string[], rendered: Record<string, unknown>): string[] {
  const active = Object.keys((rendered['services'] as object | undefined) ?? {});
  return all.filter((name) => !active.includes(name));
}

/** How each service that is asked for gets its image; what changes with a shared image is the planner's business. */
async function imagesOf(world: World, spec: StackSpec, services: string[], pull: boolean): Promise<FrozenConfig['images']> {
  const wanted = Object.values(spec.services).filter(({ name }) => services.length === 0 || services.includes(name));
  return Promise.all(
    wanted.map(async (service) => ({ service: service.name, ref: service.image, source: await sourceOf(world, service, pull) })),
  );
}

async function sourceOf(world: World, service: ServiceSpec, pull: boolean): Promise<'build' | 'pull' | 'present'> {
  if (service.build) return service.pullPolicy === 'never' ? 'present' : 'build';
  if (service.pullPolicy === 'never') return 'present';
  if (pull || service.pullPolicy === 'always') return 'pull';
  return (await world.engine.imageId(service.image)) === null ? 'pull' : 'present';
}
