import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { WorkflowNotFoundError } from '@temporalio/client';
import { isAlive, parseIdentity } from '../../src/docker/child-process-identity.js';
import { leaseId } from '../../src/names.js';
import { encodeName, stackFolder } from '../../src/store/layout.js';
import { knownReleases } from '../../src/store/known-releases.js';
import { readReleases, type Release } from '../../src/store/releases.js';
import { copyingContainers } from './copying-containers.js';
import { engineOf } from './docker-api.js';
import { eventually } from './eventually.js';
import type { TestStack } from './test-stack.js';
import { twinThingsOf } from './twin-things.js';

/** What runs may leave behind on a host beside the containers that serve. */
export interface LeftBehind {
  /** Containers whose name is not the one that Compose gives. */
  misnamed: string[];
  /** A Compose at work on the stack, or any other program that a run has started and that has not ended. */
  processes: string[];
  /** Containers of ours that copy or compare what it has in its volumes. */
  copying: string[];
  /** Containers, networks and volumes of its twins. */
  twins: string[];
  /** The lock of the stack is kept by somebody. */
  lockHeld: boolean;
  /** Image names with the stack in it that are neither what a build makes nor the pin of a release that is kept. */
  strayTags: string[];
  /**
   * What was never finished: drafts of releases, of backups and of frozen configurations. A single file whose writing was killed is
   * not counted; its `.tmp` is private, beside the whole one, and nobody reads it.
   */
  unfinished: string[];
}

export const NOTHING: LeftBehind = {
  ...{ misnamed: [], processes: [], copying: [], twins: [], lockHeld: false },
  ...{ strayTags: [], unfinished: [] },
};

/** Looks for all of it. */
export async function leftBehind(stack: TestStack): Promise<LeftBehind> {
  const [misnamed, composes, children, copying, twins, held, strayTags, unfinished] = await Promise.all([
    misnamedContainers(stack),
    composeOf(stack.name),
    childrenAtWork(stack),
    copyingContainers(stack.name, stack.world.env),
    twinThingsOf(stack.name, stack.world.env),
    lockHeld(stack),
    tagsOfNoRelease(stack),
    unfinishedFiles(stack),
  ]);
  return {
    ...{ misnamed, processes: [...composes, ...children], copying, twins: Object.values(twins).flat() as string[] },
    ...{ lockHeld: held, strayTags, unfinished },
  };
}

/** Resolves when nobody holds the stack's lease. A holder that closes tells its lease so, which then ends by itself. */
export async function leaseIsFree(stack: TestStack): Promise<void> {
  await eventually('the lease is free', async () => !(await isLeased(stack)), 20_000);
}

/** Whether a workflow holds the stack at this moment. */
export async function isLeased({ world, name }: TestStack): Promise<boolean> {
  try {
    const { status } = await world.client.workflow.getHandle(leaseId(await hostOf(world), name)).describe();
    return status.name === 'RUNNING';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

/** The releases that the host has recorded of a stack, oldest first. */
export async function releasesOf({ world, name }: TestStack): Promise<Release[]> {
  return readReleases({ home: world.stateFolder, lockDir: '' }, name);
}

async function hostOf({ stateFolder }: TestStack['world']): Promise<string> {
  return (JSON.parse(await readFile(path.join(stateFolder, 'host.json'), 'utf8')) as { host: string }).host;
}

/** Names of containers that Compose has not given their own name, or not yet: it is in the middle of a replacement. */
export async function misnamedContainers(stack: TestStack): Promise<string[]> {
  const filters = { label: [`com.docker.compose.project=${stack.name}`] };
  // The list alone: whoever waits for the moment looks often.
  const containers = await engineOf(stack.world.env).listContainers({ all: true, filters });
  return containers
    .filter(({ Names, Labels }) => {
      const label = (name: string) => Labels[`com.docker.compose.${name}`];
      return !Names.includes(`/${stack.name}-${label('service')}-${label('container-number')}`);
    })
    .flatMap(({ Names }) => Names);
}

async function composeOf(name: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry));
  const lines = await Promise.all(
    pids.map(async (pid) => (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' ')),
  );
  return lines.filter((line) => line.includes(` -p ${name} `));
}

/** By the traces of every run of the stack, those of its twins and backups too. */
async function childrenAtWork({ world, name }: TestStack): Promise<string[]> {
  const folder = stackFolder({ home: world.stateFolder, lockDir: '' }, name);
  const traces = (await readdir(folder, { recursive: true })).filter((file) => path.basename(file) === 'process');
  const alive = await Promise.all(
    traces.map(async (file) => {
      const identity = parseIdentity(await readFile(path.join(folder, file), 'utf8'));
      return identity !== undefined && (await isAlive(identity));
    }),
  );
  return traces.filter((_, index) => alive[index]);
}

/** Whether somebody keeps the lock: to seal a run that has closed it is taken for a moment. */
async function lockHeld({ world, name }: TestStack): Promise<boolean> {
  const { ID: engine } = (await engineOf(world.env).info()) as { ID: string };
  const file = path.join(world.env['EVENKEEL_LOCK_DIR']!, encodeName(engine), `${encodeName(name)}.lock`);
  const tried = await promisify(execFile)('flock', ['-w', '20', '-E', '9', file, 'true']).catch(
    (error: { code: number }) => error,
  );
  if ('code' in tried && tried.code !== 9) throw new Error(`flock ended with ${tried.code}`);
  return 'code' in tried;
}

async function tagsOfNoRelease(stack: TestStack): Promise<string[]> {
  const layout = { home: stack.world.stateFolder, lockDir: '' };
  const [listed, known] = await Promise.all([
    engineOf(stack.world.env).listImages(),
    knownReleases(layout, stack.name),
  ]);
  const pins = known
    .filter(({ collection }) => collection === undefined)
    .map(({ release }) => release)
    .flatMap(({ services }) => Object.values(services))
    .flatMap(({ pin, containers }) => [pin, ...containers.map((container) => container.pin)]);
  const built = new RegExp(`^${stack.name}-[a-z]+:latest$`);
  const tags = listed.flatMap(({ RepoTags }) => RepoTags ?? []);
  return tags.filter((tag) => tag.includes(stack.name) && !built.test(tag) && !pins.includes(tag));
}

async function unfinishedFiles({ world, name }: TestStack): Promise<string[]> {
  const files = await readdir(stackFolder({ home: world.stateFolder, lockDir: '' }, name), { recursive: true });
  return files.filter((file) => /(^|\/)(\.draft-|freezing-)[^/]*$|\.part$/.test(file));
}
