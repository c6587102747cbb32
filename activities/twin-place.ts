import path from 'node:path';
import { parse } from 'yaml';
import type { ContainerInspect } from '../src/docker/engine.js';
import { frozenYaml, openFrozen, type Frozen } from '../src/store/frozen.js';
import { readJson, writeJson, writePrivate } from '../src/store/private-file.js';
import { type LiveThings, type MadeContainer, refuseLiveContainer } from '../src/twin/refuse-live-container.js';
import { refuseLive, type TwinBounds } from '../src/twin/refuse-live.js';
import type { Turn } from './activities.js';
import { stepFailed } from './compose-children.js';
import { ownProjectFolder } from './run-place.js';
import type { World } from './world.js';
import { exists } from '../src/store/places.js';

/** A twin, ready to be acted upon: nothing in its document reaches past it. */
export interface OpenTwin {
  stack: string;
  project: string;
  frozen: Frozen;
  /** Where the run keeps what belongs to it. Absolute. */
  folder: string;
  bounds: TwinBounds;
  /** Names of the stack's networks and volumes, those among them that are no project's. */
  named: Pick<LiveThings, 'volumes' | 'networks'>;
}

/** Opens the twin of this run. Throws `StepFailed` where its document refers to anything live, and then nothing is started. */
export async function openTwin(
  world: World,
  { stack }: Turn,
  twin: { frozen: { folder: string }; project: string },
): Promise<OpenTwin> {
  const frozen = await openFrozen(world.layout, stack, twin.frozen.folder);
  const { project } = frozen.spec;
  const folder = ownProjectFolder(world, stack, project);
  const bounds = { project, ownFolder: folder };
  const reasons = refuseLive(parse(await frozenYaml(frozen)) as Record<string, unknown>, bounds);
  if (project !== twin.project) reasons.push(`its configuration is of ${project}, and not of ${twin.project}`);
  if (reasons.length > 0) throw refused(project, reasons);
  const named = (await readJson<OpenTwin['named']>(liveFile(folder))) ?? { volumes: [], networks: [] };
  return { stack, project, frozen, folder, bounds, named };
}

/** Notes the names that the stack's networks and volumes have, so that each step can tell what is live. */
export async function writeLiveNames(folder: string, named: OpenTwin['named']): Promise<void> {
  await writeJson(liveFile(folder), named);
}

function liveFile(folder: string): string {
  return path.join(folder, 'live.json');
}

/** Throws `StepFailed` where a created container reaches past the twin. It is not to be started then. */
export async function refuseLiveContainers(
  { engine }: World,
  twin: OpenTwin,
  containers: ContainerInspect[],
): Promise<void> {
  const [live, own] = await Promise.all([engine.belongings(twin.stack), engine.belongings(twin.project)]);
  const things: LiveThings = {
    volumes: [...twin.named.volumes, ...live.volumes, ...live.containers.flatMap(({ volumes }) => volumes)],
    networks: [...twin.named.networks, ...live.networks.map(({ name }) => name)],
    containers: own.containers.map(({ id }) => id),
  };
  const reasons = containers.flatMap((container) =>
    refuseLiveContainer(madeContainer(container), things, twin.bounds).map((why) => `${nameOf(container)}: ${why}`),
  );
  if (reasons.length > 0) throw refused(twin.project, reasons);
}

function refused(project: string, reasons: string[]): Error {
  return stepFailed(`${project} is not started, because it would reach past itself: ${reasons.join('; ')}`);
}

function nameOf({ Name }: ContainerInspect): string {
  return Name.replace(/^\//, '');
}

function madeContainer({ Config, HostConfig, Mounts, NetworkSettings }: ContainerInspect): MadeContainer {
  return {
    project: Config.Labels?.['com.docker.compose.project'],
    mounts: Mounts.map(({ Type, Name, Source, Destination, RW }) => ({
      type: Type,
      ...(Name === undefined ? {} : { name: Name }),
      source: Source,
      target: Destination,
      writable: RW,
    })),
    networks: Object.keys(NetworkSettings.Networks ?? {}),
    networkMode: HostConfig.NetworkMode ?? '',
    pidMode: HostConfig.PidMode ?? '',
    ipcMode: HostConfig.IpcMode ?? '',
    utsMode: HostConfig.UTSMode ?? '',
    usernsMode: HostConfig.UsernsMode ?? '',
    privileged: HostConfig.Privileged === true,
    capAdd: (HostConfig.CapAdd as string[] | null | undefined) ?? [],
    devices: (HostConfig.Devices ?? []).length + (HostConfig.DeviceRequests ?? []).length,
    publishedPorts: Object.keys((HostConfig.PortBindings as object | null) ?? {}).length,
    restartPolicy: HostConfig.RestartPolicy?.Name ?? '',
  };
}

/** From here on no step brings anything up on the twin of this folder. */
export async function markTakenDown(folder: string): Promise<void> {
  await writePrivate(path.join(folder, TAKEN_DOWN), '');
}

const TAKEN_DOWN = 'taken-down';

export async function isTakenDown(folder: string): Promise<boolean> {
  return exists(path.join(folder, TAKEN_DOWN));
}
