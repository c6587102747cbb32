import { PassThrough } from 'node:stream';
import { finished } from 'node:stream/promises';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import Docker from 'dockerode';
import { engineAddress } from '../../src/docker/engine-address.js';
import type { ContainerInspect } from '../../src/docker/engine.js';

/** The engine that an environment names, asked without a command: a test looks often, and each command is a process. */
export function engineOf(env: NodeJS.ProcessEnv): Docker {
  return new Docker({ ...engineAddress(env).options, timeout: 60_000 });
}

/** `docker inspect` of every container of a project, one-offs and leftovers included, by name. */
export async function containersOf(engine: Docker, project: string): Promise<ContainerInspect[]> {
  const listed = await engine.listContainers({
    all: true,
    filters: { label: [`com.docker.compose.project=${project}`] },
  });
  // One may be replaced between the list and its inspect.
  const found = await Promise.all(listed.map(({ Id }) => engine.getContainer(Id).inspect().catch(unlessGone)));
  if (found.includes(undefined)) return containersOf(engine, project);
  return (found as ContainerInspect[]).sort((a, b) => a.Name.localeCompare(b.Name));
}

/**
 * Volumes without a name that containers of a project mount. `docker compose down` leaves those of a container that took the place of
 * another one: there they are mounted by name.
 */
export async function unnamedVolumesOf(engine: Docker, project: string): Promise<string[]> {
  const mounts = (await containersOf(engine, project)).flatMap(({ Mounts }) => Mounts);
  return [...new Set(mounts.flatMap(({ Name }) => Name ?? []).filter((name) => /^[0-9a-f]{64}$/.test(name)))];
}

/** Removes volumes, those that are there. */
export async function removeVolumes(engine: Docker, names: string[]): Promise<void> {
  for (const name of names) await engine.getVolume(name).remove().catch(unlessGone);
}

/** Runs a command in a container. Returns what it wrote; throws with that where it does not end with 0. */
export async function execIn(engine: Docker, container: string, command: string[]): Promise<string> {
  const exec = await engine.getContainer(container).exec({ Cmd: command, AttachStdout: true, AttachStderr: true });
  const stream = await exec.start({});
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const read = Promise.all([text(stdout), text(stderr)]);
  engine.modem.demuxStream(stream, stdout, stderr);
  await finished(stream, { writable: false });
  stdout.end();
  stderr.end();
  const said = (await read).join('');
  // Its output may be over a moment before the engine has noted its end.
  let end = await exec.inspect();
  while (end.Running || end.ExitCode === null) {
    await setTimeout(20);
    end = await exec.inspect();
  }
  const { ExitCode } = end;
  if (ExitCode !== 0) throw new Error(`${command.join(' ')} ended with ${ExitCode}: ${said}`);
  return said;
}

function unlessGone(error: { statusCode?: number }): undefined {
  if (error.statusCode !== 404) throw error;
}
