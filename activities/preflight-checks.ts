import { parse } from 'yaml';
import { sampleCapacity } from '../src/docker/build-slots.js';
import { dockerSays } from '../src/docker/docker-says.js';
import { isLocalEngine } from '../src/docker/engine-address.js';
import type { EngineInfo } from '../src/docker/engine.js';
import { observeStack } from '../src/docker/observe-stack.js';
import { diskRoom } from '../src/host/disk-room.js';
import { listeningSockets } from '../src/host/listening-sockets.js';
import { LOG_RULES, unknownRules } from '../src/gates/log-rules/all.js';
import { changedResources } from '../src/plan/changed-resources.js';
import { checkBindSources } from '../src/preflight/bind-sources.js';
import { checkBuildMemory } from '../src/preflight/build-memory.js';
import { checkContainerNames, containerNames, type NameOwner } from '../src/preflight/container-names.js';
import { checkDiskRoom } from '../src/preflight/disk-room.js';
import { checkHostPorts } from '../src/preflight/host-ports.js';
import { checkLogRules } from '../src/preflight/log-rules.js';
import { renderedBinds } from '../src/preflight/rendered-binds.js';
import { checkSameDirectory } from '../src/preflight/same-directory.js';
import { checkToolVersions } from '../src/preflight/tool-versions.js';
import type { Finding } from '../src/spec/finding.js';
import { frozenYaml, type Frozen } from '../src/store/frozen.js';
import type { World } from './world.js';
import { exists } from '../src/store/places.js';

/** What every check is given. */
export interface Premises {
  world: World;
  engine: EngineInfo;
  frozen: Frozen;
  /** The services that are going to have containers. */
  deployed: string[];
  /** How many images are going to be built. */
  builds: number;
  /** What short docker commands run with. */
  env: Record<string, string>;
}

/**
 * The checks of a host, by what each looks at: it looks, changes nothing, and leaves the judgement to a pure function of
 * `src/preflight`. None knows of the others, so that all findings come at once.
 */
export const CHECKS: Record<string, (premises: Premises) => Promise<Finding[]>> = {
  async 'the versions of Docker'({ engine, builds, env }) {
    const [compose, buildx] = await Promise.all([
      dockerSays(['compose', 'version', '--short'], env),
      builds > 0 ? dockerSays(['buildx', 'version'], env) : undefined,
    ]);
    return checkToolVersions(
      { engineApi: engine.apiVersion, ...(compose && { compose }), ...(buildx && { buildx }) },
      builds,
    );
  },

  async 'disk space'({ world, engine, frozen, builds }) {
    if (!isLocalEngine(world.env)) return [];
    return checkDiskRoom(await diskRoom(engine.rootDir), builds, frozen.spec.policy.limits.buildDiskBytes);
  },

  async 'the rules of the log scan'({ frozen }) {
    const known = LOG_RULES.map(({ id }) => id);
    return checkLogRules(unknownRules(frozen.spec.policy.scan.rules), known);
  },

  async memory({ world, frozen, builds }) {
    if (!isLocalEngine(world.env)) return [];
    const { availableMemory } = await sampleCapacity();
    return checkBuildMemory(availableMemory, builds, frozen.spec.policy.limits.buildMemoryBytes);
  },

  async 'host ports'({ world, frozen, deployed }) {
    const [containers, sockets] = await Promise.all([
      world.engine.portHolders(),
      isLocalEngine(world.env) ? listeningSockets() : [],
    ]);
    return checkHostPorts(frozen.spec, deployed, { containers, sockets });
  },

  async 'container names'({ world, frozen, deployed }) {
    const names = deployed.flatMap((service) => containerNames(frozen.spec, service));
    const owners = await Promise.all(names.map(async (name) => [name, await ownerOf(world, name)] as const));
    const taken = owners.filter((entry): entry is [string, NameOwner] => entry[1] !== undefined);
    return checkContainerNames(frozen.spec, deployed, Object.fromEntries(taken));
  },

  async 'networks and volumes'({ world, frozen }) {
    return changedResources(frozen.spec, await observeStack(world.engine, frozen.spec));
  },

  async 'other projects of the directory'({ world, frozen, env }) {
    const { project } = frozen.spec;
    const labels = 'com.docker.compose.project';
    const [own, listed] = await Promise.all([
      world.engine.containers(project),
      dockerSays(
        [
          'ps',
          '-a',
          '--filter',
          `label=${labels}.working_dir=${frozen.directory}`,
          '--format',
          `{{.Label "${labels}"}}`,
        ],
        env,
      ),
    ]);
    const others = (listed ?? '').split('\n');
    return checkSameDirectory(project, { hasContainers: own.length > 0, others, directory: frozen.directory });
  },

  async 'bound paths'({ world, frozen, deployed }) {
    if (!isLocalEngine(world.env)) return [];
    const rendered: unknown = parse(await frozenYaml(frozen));
    const binds = renderedBinds(rendered, deployed);
    return checkBindSources(
      await Promise.all(binds.map(async (bind) => ({ ...bind, exists: await exists(bind.source) }))),
    );
  },
};

/** Docker finds containers by the beginning of their id too. */
async function ownerOf({ engine }: World, name: string): Promise<NameOwner | undefined> {
  const container = await engine.inspect(name);
  if (container?.Name !== `/${name}`) return undefined;
  const labels = container.Config.Labels ?? {};
  return { project: labels['com.docker.compose.project'], service: labels['com.docker.compose.service'] };
}
