import { parse } from 'yaml';
import { discoverStores, type Discovery, type SeenContainer, type Surroundings } from '../src/backup/discover.js';
import { childScripts, type Scripts } from '../src/backup/scripts.js';
import { dockerEnvironment } from '../src/docker/compose-environment.js';
import type { ContainerInspect } from '../src/docker/engine.js';
import { bindKinds } from '../src/host/bind-kinds.js';
import { serviceBackupOf } from '../src/spec/backup-schema.js';
import { mapping } from '../src/spec/from-rendered.js';
import { EXTENSION } from '../src/spec/policy.js';
import { type Frozen, frozenYaml } from '../src/store/frozen.js';
import type { World } from './world.js';

/** What is seen of a stack before anybody asks for its data. */
export interface SeenStack {
  containers: SeenContainer[];
  around: Surroundings;
  /** The frozen Compose file, parsed. Holds secrets. */
  rendered: Record<string, unknown>;
}

/** Looks at every container of the stack's services. */
export async function seenStack(world: World, frozen: Frozen): Promise<SeenStack> {
  const { spec, directory } = frozen;
  const rendered = mapping(parse(await frozenYaml(frozen)));
  const services = Object.entries(mapping(rendered['services'])).map(
    ([name, service]) => [name, mapping(service)] as const,
  );
  const policies = Object.fromEntries(services.map(([name, service]) => [name, serviceBackupOf(service[EXTENSION])]));
  const there = (await world.engine.containers(spec.project)).filter(
    ({ service, leftoverOf }) => leftoverOf === undefined && service in spec.services,
  );
  const inspected = await Promise.all(
    there.map(async ({ id, service, number }) => ({ inspect: await world.engine.inspect(id), service, number })),
  );
  const seen = inspected.flatMap(({ inspect, service, number }) =>
    inspect ? [seenContainer(inspect, service, number)] : [],
  );
  const kinds = await bindKinds(
    seen.flatMap(({ mounts }) => mounts.flatMap(({ type, source }) => (type === 'bind' ? [source] : []))),
  );
  const containers = seen.map((one) => ({
    ...one,
    mounts: one.mounts.map((mount) =>
      mount.type === 'bind' ? { ...mount, kind: kinds[mount.source] ?? 'missing' } : mount,
    ),
  }));
  const volumeKeys = Object.fromEntries(Object.entries(spec.volumes).map(([key, { name }]) => [name, key]));
  return { containers, around: { directory, volumeKeys, policies }, rendered };
}

/** All data of a stack, the files of its databases too: any store that has been chosen is found again. */
export async function everyStore(world: World, frozen: Frozen): Promise<SeenStack & Discovery> {
  const seen = await seenStack(world, frozen);
  return { ...seen, ...discoverStores(seen.containers, { ...seen.around, folders: 'none' }) };
}

/** Scripts of this step, as children of its run; ended when the step is cancelled. */
export async function backupScripts(
  world: World,
  frozen: Pick<Frozen, 'redact'>,
  runFolder: string,
  terminateOn?: AbortSignal,
): Promise<Scripts> {
  const ending = terminateOn === undefined ? {} : { terminateOn };
  return childScripts({
    runFolder,
    env: dockerEnvironment(world.env),
    redact: (text) => frozen.redact(text),
    ...ending,
  });
}

/** A container as far as it matters for finding data. */
export function seenContainer(inspect: ContainerInspect, service: string, number: number): SeenContainer {
  const { Config, State } = inspect;
  const entrypoint = Config.Entrypoint as string | string[] | null | undefined;
  return {
    ...{ service, number, id: inspect.Id, image: Config.Image },
    environment: Config.Env ?? [],
    command: [...(typeof entrypoint === 'string' ? [entrypoint] : (entrypoint ?? [])), ...(Config.Cmd ?? [])],
    workingDir: Config.WorkingDir,
    running: State.Running,
    mounts: inspect.Mounts.map((mount) => ({
      type: mount.Type,
      ...(mount.Name === undefined ? {} : { name: mount.Name }),
      ...{ source: mount.Source, target: mount.Destination, writable: mount.RW },
    })),
  };
}
