import type { ContainerInfo, NetworkInspectInfo, VolumeInspectInfo } from 'dockerode';
import type { ObservedContainer, ObservedNetwork } from '../plan/observed-stack.js';
import { composeProjects } from './compose-projects.js';
import type { EngineLine } from './dockerode-connection.js';
import type { ComposeProject, ContainerInspect, Engine, EngineInfo, PortHolder } from './engine.js';
import { observedContainer, observedNetwork, PROJECT_LABEL } from './observed-from-inspect.js';

type Looks = Pick<
  Engine,
  | 'info'
  | 'id'
  | 'projects'
  | 'containers'
  | 'inspects'
  | 'inspect'
  | 'networks'
  | 'volumes'
  | 'imageId'
  | 'deaths'
  | 'signalled'
  | 'portHolders'
>;

/** Another engine that takes this one's place is mostly noticed, since this one is away before; else after so long. */
const KNOWN_FOR_MS = 10_000;

/** The part of the engine that only looks. */
export function looks(engine: EngineLine): Looks {
  let known: { id: string; untilMs: number; timesAway: number } | undefined;

  const inspect = (id: string): Promise<ContainerInspect | undefined> =>
    engine.find({ method: 'GET', path: `/containers/${id}/json` });

  const eventsSince = async (project: string, event: 'die' | 'kill', sinceMs: number): Promise<ContainerEvent[]> => {
    const nowMs = Date.now();
    if (sinceMs >= nowMs) return [];
    const query = {
      since: sinceMs / 1000,
      until: nowMs / 1000,
      filters: { type: ['container'], event: [event], label: ofProject(project) },
    };
    return engine.read({ method: 'GET', path: '/events', query }, jsonDocuments<ContainerEvent>);
  };

  const inspects = async (project: string, service?: string): Promise<ContainerInspect[]> => {
    const ofService = service === undefined ? [] : [`com.docker.compose.service=${service}`];
    const query = { all: true, filters: { label: [...ofProject(project), ...ofService] } };
    const listed = await engine.ask<ContainerInfo[]>({ method: 'GET', path: '/containers/json', query });
    // One may go away between the list and its inspect.
    const inspected = await Promise.all(listed.map(({ Id }) => inspect(Id)));
    return inspected.filter((container) => container !== undefined);
  };

  return {
    inspect,
    inspects,

    async info(): Promise<EngineInfo> {
      const [info, version] = await Promise.all([
        engine.ask<InfoReply>({ method: 'GET', path: '/info' }),
        engine.ask<{ ApiVersion: string }>({ method: 'GET', path: '/version' }),
      ]);
      return {
        id: info.ID,
        version: info.ServerVersion,
        apiVersion: version.ApiVersion,
        rootDir: info.DockerRootDir,
        cpus: info.NCPU,
        memoryBytes: info.MemTotal,
        architecture: info.Architecture,
      };
    },

    async id(): Promise<string> {
      if (!known || performance.now() > known.untilMs || known.timesAway !== engine.timesAway()) {
        const timesAway = engine.timesAway();
        const { ID } = await engine.ask<InfoReply>({ method: 'GET', path: '/info' });
        known = { id: ID, untilMs: performance.now() + KNOWN_FOR_MS, timesAway };
      }
      return known.id;
    },

    async projects(): Promise<ComposeProject[]> {
      const query = { all: true, filters: { label: ['com.docker.compose.oneoff=False'] } };
      return composeProjects(await engine.ask<ContainerInfo[]>({ method: 'GET', path: '/containers/json', query }));
    },

    async containers(project: string, service?: string): Promise<ObservedContainer[]> {
      return (await inspects(project, service)).map(observedContainer);
    },

    async networks(project: string, names: string[]): Promise<ObservedNetwork[]> {
      const all = await engine.ask<NetworkInspectInfo[]>({ method: 'GET', path: '/networks' });
      return all
        .filter(({ Name, Labels }) => Labels?.[PROJECT_LABEL] === project || names.includes(Name))
        .map((network) => observedNetwork(network, project));
    },

    async volumes(project: string, names: string[]): ReturnType<Engine['volumes']> {
      const query = { filters: { label: [`${PROJECT_LABEL}=${project}`] } };
      const [labelled, named] = await Promise.all([
        engine.ask<{ Volumes: VolumeInspectInfo[] | null }>({ method: 'GET', path: '/volumes', query }),
        Promise.all(names.map((name) => engine.find<VolumeInspectInfo>({ method: 'GET', path: `/volumes/${name}` }))),
      ]);
      const found = [...(labelled.Volumes ?? []), ...named.filter((volume) => volume !== undefined)];
      const byName = new Map(found.map((volume) => [volume.Name, volume]));
      return [...byName.values()].map(({ Name, Driver, Labels }) => {
        return { name: Name, driver: Driver, labels: Labels?.[PROJECT_LABEL] === project };
      });
    },

    async imageId(reference: string): Promise<string | null> {
      const image = await engine.find<{ Id: string }>({ method: 'GET', path: `/images/${reference}/json` });
      return image?.Id ?? null;
    },

    async deaths(project: string, sinceMs: number): ReturnType<Engine['deaths']> {
      return (await eventsSince(project, 'die', sinceMs)).map(({ Actor, timeNano }) => {
        return { containerId: Actor.ID, exitCode: Number(Actor.Attributes['exitCode']), atMs: timeNano / 1e6 };
      });
    },

    async signalled(project: string, sinceMs: number): Promise<string[]> {
      return (await eventsSince(project, 'kill', sinceMs)).map(({ Actor }) => Actor.ID);
    },

    async portHolders(): Promise<PortHolder[]> {
      const running = await engine.ask<ContainerInfo[]>({ method: 'GET', path: '/containers/json' });
      return running.flatMap(portsOf);
    },
  };
}

interface InfoReply {
  ID: string;
  ServerVersion: string;
  DockerRootDir: string;
  NCPU: number;
  MemTotal: number;
  Architecture: string;
}

interface ContainerEvent {
  Actor: { ID: string; Attributes: Record<string, string> };
  timeNano: number;
}

/** `docker compose run` leaves one-off containers with the project's label; they never count. */
function ofProject(project: string): string[] {
  return [`${PROJECT_LABEL}=${project}`, 'com.docker.compose.oneoff=False'];
}

function portsOf(container: ContainerInfo): PortHolder[] {
  return container.Ports.filter(({ PublicPort, Type }) => PublicPort && (Type === 'tcp' || Type === 'udp')).map(
    ({ IP, PublicPort, Type }) => ({
      hostIp: IP || '0.0.0.0',
      hostPort: PublicPort,
      protocol: Type as 'tcp' | 'udp',
      container: container.Names[0]?.replace(/^\//, '') ?? container.Id,
      project: container.Labels[PROJECT_LABEL],
      service: container.Labels['com.docker.compose.service'],
    }),
  );
}

/** The engine's events come as JSON documents one after another, a line each. */
async function jsonDocuments<T>(reply: AsyncIterable<Buffer>): Promise<T[]> {
  const chunks: Buffer[] = [];
  for await (const chunk of reply) chunks.push(chunk);
  const lines = Buffer.concat(chunks).toString('utf8').split('\n');
  return lines.filter((line) => line.trim() !== '').map((line) => JSON.parse(line) as T);
}
