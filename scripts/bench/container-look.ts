import { isDeepStrictEqual } from 'node:util';
import type { ContainerInspect } from '../../src/docker/engine.js';
import { run } from './run.js';

/** The containers of a project, as Docker shows them. */
export interface ContainerLook {
  /** Which containers each service has, and since when they run: a deployment that touches none leaves these. */
  lives: Record<string, string[]>;
  /** What runs, whichever container it is: image and configuration. What is taken back leaves these. */
  serving: string[];
}

/** Looks at all containers of a project. */
export async function lookAtContainers(project: string): Promise<ContainerLook> {
  const listed = await run(['docker', 'ps', '-aq', '--filter', `label=com.docker.compose.project=${project}`]);
  const ids = listed.split('\n').filter((id) => id !== '');
  const lives: Record<string, string[]> = {};
  const serving: string[] = [];
  for (const { Id, Image, Name, State, Config } of JSON.parse(
    await run(['docker', 'inspect', ...ids]),
  ) as ContainerInspect[]) {
    const service = Config.Labels['com.docker.compose.service']!;
    lives[service] = [...(lives[service] ?? []), `${Id} ${State.StartedAt}`].sort();
    if (State.Running) serving.push(`${Name} ${Image} ${Config.Labels['com.docker.compose.config-hash']}`);
  }
  return { lives, serving: serving.sort() };
}

/** The services that have other containers than before, or whose containers were started anew; sorted. */
export function changedServices(before: ContainerLook, after: ContainerLook): string[] {
  const services = new Set([...Object.keys(before.lives), ...Object.keys(after.lives)]);
  return [...services].filter((service) => !isDeepStrictEqual(before.lives[service], after.lives[service])).sort();
}
