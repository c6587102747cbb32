import { setTimeout as pause } from 'node:timers/promises';
import type { ContainerInfo, NetworkInspectInfo, VolumeInspectInfo } from 'dockerode';
import type { EngineConnection } from './dockerode-connection.js';
import type { Belongings, Engine } from './engine.js';
import { PROJECT_LABEL } from './observed-from-inspect.js';
import { isBriefWeather } from './weather.js';

/** What a call may take that ends a container and deletes its layers. */
const SLOW_MS = 120_000;
const REMOVAL_POLL_MS = 200;

/** The part of the engine that finds all of a project, and takes it away for good. */
export function belongings(
  engine: EngineConnection,
): Pick<Engine, 'belongings' | 'projectsLabelled' | 'volumesLabelled' | 'removeWithVolumes' | 'removeVolume'> {
  const containersBy = (filters: { label: string[] } | { volume: string[] }): Promise<ContainerInfo[]> =>
    engine.ask({ method: 'GET', path: '/containers/json', query: { all: true, filters } });
  const containersWith = (label: string): Promise<ContainerInfo[]> => containersBy({ label: [label] });
  const networksWith = (label: string): Promise<NetworkInspectInfo[]> =>
    engine.ask({ method: 'GET', path: '/networks', query: { filters: { label: [label] } } });
  const volumesWith = async (label: string): Promise<VolumeInspectInfo[]> => {
    const query = { filters: { label: [label] } };
    const reply = await engine.ask<{ Volumes: VolumeInspectInfo[] | null }>({ method: 'GET', path: '/volumes', query });
    return reply.Volumes ?? [];
  };
  /** Without any label: what carries one is somebody's. */
  const volumesUnlabelled = async (names: string[]): Promise<VolumeInspectInfo[]> => {
    const paths = names.map((name) => `/volumes/${name}`);
    const found = await Promise.all(paths.map((path) => engine.find<VolumeInspectInfo>({ method: 'GET', path })));
    // Docker says null where there are none.
    return found
      .filter((volume) => volume !== undefined)
      .filter(({ Labels }) => Object.keys(Labels ?? {}).length === 0);
  };

  return {
    async belongings(project, named = []): Promise<Belongings> {
      const label = `${PROJECT_LABEL}=${project}`;
      const [labelled, networks, ...bothVolumes] = await Promise.all([
        containersWith(label),
        networksWith(label),
        volumesWith(label),
        volumesUnlabelled(named),
      ]);
      const volumes = bothVolumes.flat();
      const mounting = volumes.length === 0 ? [] : await containersBy({ volume: volumes.map(({ Name }) => Name) });
      const containers = [
        ...new Map([...labelled, ...mounting].map((container) => [container.Id, container])).values(),
      ];
      return {
        containers: containers.map(({ Id, Names, Mounts }) => ({
          id: Id,
          name: Names[0]?.replace(/^\//, '') ?? Id,
          volumes: Mounts.flatMap(({ Type, Name }) => (Type === 'volume' && Name ? [Name] : [])),
        })),
        networks: networks.map(({ Id, Name }) => ({ id: Id, name: Name })),
        volumes: volumes.map(({ Name }) => Name),
      };
    },

    async projectsLabelled(label, value) {
      const wanted = `${label}=${value}`;
      const found = await Promise.all([containersWith(wanted), networksWith(wanted), volumesWith(wanted)]);
      const projects = found.flat().map(({ Labels }) => Labels?.[PROJECT_LABEL]);
      return [...new Set(projects.filter((project) => project !== undefined))].sort();
    },

    async volumesLabelled(label, value) {
      return (await volumesWith(`${label}=${value}`)).map(({ Name }) => Name);
    },

    async removeWithVolumes(containerId) {
      const giveUpAt = performance.now() + SLOW_MS;
      for (;;) {
        try {
          const query = { v: true, force: true };
          await engine.find({ method: 'DELETE', path: `/containers/${containerId}`, query, deadlineMs: SLOW_MS });
          return;
        } catch (error) {
          if (!isBriefWeather(error) || performance.now() > giveUpAt) throw error;
          await pause(REMOVAL_POLL_MS);
        }
      }
    },

    async removeVolume(name) {
      await engine.find({ method: 'DELETE', path: `/volumes/${name}`, deadlineMs: SLOW_MS });
    },
  };
}
