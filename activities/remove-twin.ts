import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { endChildren } from '../src/docker/end-children.js';
import { type Belongings, EngineRefused } from '../src/docker/engine.js';
import { forgetHostLock } from '../src/docker/host-lock.js';
import type { Leftover } from '../src/spec/deploy-result.js';
import { frozenSpec } from '../src/store/frozen.js';
import { encodeName, stackFolder } from '../src/store/layout.js';
import { readJson, writeJson } from '../src/store/private-file.js';
import { TWIN_LABEL, twinProject } from '../src/twin/twin-name.js';
import { TWIN_FOLDER } from './run-place.js';
import { isRunOpen } from './run-open.js';
import { withStackLock } from './take-turn.js';
import { exists } from '../src/store/places.js';
import { markTakenDown } from './twin-place.js';
import type { World } from './world.js';

/** Whatever is found goes in one round; another one finds what came into being meanwhile. */
const MOST_ROUNDS = 3;

/**
 * Takes a twin away whole: its children are ended, and its containers, networks and volumes are gone, volumes without a
 * name too. Only what carries the label of a twin of this stack is touched, and volumes without any label that are named as the
 * twin's own. What Docker refuses to remove is returned.
 * `folder` is the twin's own, where it is known; `signal` ends the wait for the twin's lock, as in `withStackLock`.
 */
export async function removeTwin(
  world: World,
  stack: string,
  project: string,
  { folder, signal }: { folder?: string; signal?: AbortSignal } = {},
): Promise<Leftover[]> {
  const { engine, layout } = world;
  if (folder !== undefined && (await exists(folder))) {
    await markTakenDown(folder);
    await endChildren(path.join(folder, 'children'));
  }
  if (!(await isTwinOf(world, stack, project))) return endOf(folder, []);
  // A step that still waits for a container of the twin has the lock, and ends when that is gone.
  const named = await volumesOf(project, folder);
  await removeContainers(world, await noted(await engine.belongings(project, named), folder));
  const remove = async (): Promise<Leftover[]> => {
    let refused: Leftover[] = [];
    for (let round = 1; round <= MOST_ROUNDS; round += 1) {
      const found = await noted(await engine.belongings(project, named), folder);
      refused = await removeAll(world, found, await notedVolumes(folder));
      if (refused.length === 0 && isEmpty(await engine.belongings(project, named))) break;
    }
    const id = await engine.id();
    if (refused.length === 0) await forgetHostLock(layout.lockDir, id, project);
    return refused;
  };
  return endOf(folder, await withStackLock(world, project, remove, signal));
}

/**
 * Takes the twins of a stack away whose run is closed: that of a run that was terminated, or whose host was away. The caller
 * holds the lock of the stack, so no run begins meanwhile; the twin of the run `except` stays.
 */
export async function sweepTwins(
  world: World,
  stack: string,
  { except, signal }: { except?: string; signal?: AbortSignal },
): Promise<void> {
  for (const project of await world.engine.projectsLabelled(TWIN_LABEL, stack)) {
    const owner = await ownerOf(world, stack, project);
    if (owner !== undefined && owner.runId === except) continue;
    if (owner?.workflowId !== undefined && (await isRunOpen(world.temporal, owner.workflowId, owner.runId))) continue;
    await removeTwin(world, stack, project, {
      ...(owner ? { folder: owner.folder } : {}),
      ...(signal ? { signal } : {}),
    });
  }
}

/** The run that made a twin; undefined where its folder is gone. */
async function ownerOf(
  { layout }: World,
  stack: string,
  project: string,
): Promise<{ workflowId: string | undefined; runId: string; folder: string } | undefined> {
  const runs = path.join(stackFolder(layout, stack), 'runs');
  const names = await readdir(runs).catch(() => []);
  for (const name of names) {
    const ids = await readdir(path.join(runs, name)).catch(() => []);
    const runId = ids.find((id) => /[a-z0-9]/i.test(id) && twinProject(stack, id) === project);
    if (runId === undefined) continue;
    return { workflowId: workflowIdOf(name), runId, folder: path.join(runs, name, runId, TWIN_FOLDER) };
  }
  return undefined;
}

/** A long id is cut in the name of its folder, and then not known. Whoever sweeps has taken over from that run. */
function workflowIdOf(name: string): string | undefined {
  try {
    const workflowId = decodeURIComponent(name);
    return encodeName(workflowId) === name ? workflowId : undefined;
  } catch {
    return undefined;
  }
}

async function isTwinOf({ engine }: World, stack: string, project: string): Promise<boolean> {
  return project !== stack && (await engine.projectsLabelled(TWIN_LABEL, stack)).includes(project);
}

/** Copies of the stack's files are of no use without the twin. */
async function endOf(folder: string | undefined, leftovers: Leftover[]): Promise<Leftover[]> {
  if (folder !== undefined) await rm(path.join(folder, 'files'), { recursive: true, force: true });
  return leftovers;
}

/** What its volumes are called, by its configuration: a name that only begins as the twin's may be of another project. */
async function volumesOf(project: string, folder: string | undefined): Promise<string[]> {
  const spec = folder === undefined ? undefined : await frozenSpec(path.join(folder, 'frozen'));
  const names = Object.values(spec?.volumes ?? {}).map(({ name }) => name);
  return names.filter((name) => name.startsWith(`${project}_`));
}

function isEmpty({ containers, networks, volumes }: Belongings): boolean {
  return containers.length + networks.length + volumes.length === 0;
}

/** Volumes without a name are known only as long as their container is there, so they are noted before it goes. */
async function noted(found: Belongings, folder: string | undefined): Promise<Belongings> {
  const anonymous = found.containers.flatMap(({ volumes }) => volumes).filter((name) => ANONYMOUS.test(name));
  if (folder === undefined || anonymous.length === 0) return found;
  const all = [...new Set([...(await notedVolumes(folder)), ...anonymous])];
  await writeJson(notesFile(folder), all);
  return found;
}

/** What the engine names a volume that nobody has named. */
const ANONYMOUS = /^[0-9a-f]{64}$/;

async function notedVolumes(folder: string | undefined): Promise<string[]> {
  return folder === undefined ? [] : ((await readJson<string[]>(notesFile(folder))) ?? []);
}

function notesFile(folder: string): string {
  return path.join(folder, 'anonymous-volumes.json');
}

async function removeContainers(world: World, { containers }: Belongings): Promise<Leftover[]> {
  const removals = containers.map(({ id, name }) =>
    removal(`container ${name}`, `docker rm -f -v ${name}`, () => world.engine.removeWithVolumes(id)),
  );
  return (await Promise.all(removals)).flat();
}

/** Networks go last, and not without the rest: by their label the twin is found again where this ends in the middle. */
async function removeAll(world: World, found: Belongings, alsoVolumes: string[]): Promise<Leftover[]> {
  const { engine } = world;
  const containers = await removeContainers(world, found);
  const anonymous = found.containers.flatMap(({ volumes }) => volumes).filter((name) => ANONYMOUS.test(name));
  const names = [...new Set([...found.volumes, ...anonymous, ...alsoVolumes])];
  const volumes = await Promise.all(
    names.map((name) => removal(`volume ${name}`, `docker volume rm ${name}`, () => engine.removeVolume(name))),
  );
  const refused = [...containers, ...volumes.flat()];
  const networks = await Promise.all(
    found.networks.map(async ({ id, name }) => {
      const [what, command] = [`network ${name}`, `docker network rm ${name}`];
      if (refused.length > 0) return [leftover(what, command, 'it stays until the rest is gone')];
      return removal(what, command, () => engine.removeNetwork(id));
    }),
  );
  return [...refused, ...networks.flat()];
}

async function removal(what: string, command: string, remove: () => Promise<void>): Promise<Leftover[]> {
  try {
    await remove();
    return [];
  } catch (error) {
    if (!(error instanceof EngineRefused)) throw error;
    return [leftover(what, command, error.message)];
  }
}

function leftover(what: string, command: string, why: string): Leftover {
  return { what: `twin ${what}`, why, command, debris: true };
}
