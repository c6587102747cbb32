import { DEFAULT_POLICY } from '../spec/schema.js';
import type { Dependency, ServiceSpec, StackSpec } from '../spec/stack-spec.js';
import type { ContainerInspect } from './engine.js';

const DEPENDS_ON = 'com.docker.compose.depends_on';
const CONDITIONS: Record<string, Dependency['condition']> = {
  service_started: 'started',
  service_healthy: 'healthy',
  service_completed_successfully: 'completed',
};

/** What the containers of a project tell of its services by their labels and settings, where no file of ours does. */
export function specFromContainers(project: string, containers: ContainerInspect[]): StackSpec {
  const services: Record<string, ServiceSpec> = {};
  for (const container of containers) {
    const name = container.Config.Labels?.['com.docker.compose.service'];
    if (name === undefined) continue;
    const known = services[name];
    if (known) known.scale += 1;
    else services[name] = serviceOf(name, container);
  }
  return { project, services, inactiveServices: [], networks: {}, volumes: {}, policy: DEFAULT_POLICY };
}

function serviceOf(name: string, { Config, HostConfig }: ContainerInspect): ServiceSpec {
  const bindings = Object.entries(
    (HostConfig.PortBindings ?? {}) as Record<string, { HostIp?: string; HostPort?: string }[]>,
  );
  return {
    ...{ name, image: Config.Image, scale: 1, joins: [], networks: [], volumes: [], contentHashes: {} },
    dependsOn: dependenciesIn(Config.Labels?.[DEPENDS_ON] ?? ''),
    ports: bindings.flatMap(([port, hosts]) => {
      const [number, protocol] = port.split('/');
      return (hosts ?? []).map(({ HostIp, HostPort }) => ({
        ...{ hostIp: HostIp ?? '', hostPort: Number(HostPort ?? 0), containerPort: Number(number) },
        protocol: protocol === 'udp' ? ('udp' as const) : ('tcp' as const),
      }));
    }),
    restart: HostConfig.RestartPolicy?.Name || 'no',
    healthcheck: Config.Healthcheck?.Test?.length ? 'own' : 'none',
    health: DEFAULT_POLICY.health,
    configHash: Config.Labels?.['com.docker.compose.config-hash'] ?? '',
  };
}

/** `db:service_healthy:false,cache:service_started:true` */
function dependenciesIn(label: string): Dependency[] {
  return label
    .split(',')
    .filter((part) => part !== '')
    .map((part) => {
      const [service = '', condition = '', restart = ''] = part.split(':');
      return { service, condition: CONDITIONS[condition] ?? 'started', required: true, restart: restart === 'true' };
    });
}
