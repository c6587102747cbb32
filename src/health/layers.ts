import { isOneShot } from '../plan/gate-for.js';
import type { ServiceSpec, StackSpec } from '../spec/stack-spec.js';

export const NETWORK = 'network';
const INFRASTRUCTURE = 'infrastructure';
const APPLICATION = 'application';
const FRONTEND = 'frontend';

/** Images whose services others stand on, by the last part of their name. */
const INFRASTRUCTURE_IMAGES =
  /^(postgres|postgis|pgvector|pgbouncer|timescaledb|redis|valkey|keydb|memcached|mysql|mariadb|mongo|neo4j|qdrant|weaviate|elasticsearch|opensearch|rabbitmq|nats|kafka|zookeeper|minio|etcd|consul|vault|influxdb|clickhouse)\b/;

/**
 * The layer of each service: its group, where it has one. Else `infrastructure` for a store, `frontend` for what publishes a
 * port, stands on the application and has nobody standing on it, `application` for the rest.
 */
export function layersOf(spec: StackSpec, stores: string[]): Record<string, string> {
  const services = Object.values(spec.services);
  const isInfrastructure = ({ name, image }: ServiceSpec): boolean =>
    stores.includes(name) || INFRASTRUCTURE_IMAGES.test(image.replace(/@.*$/, '').split('/').at(-1)!);
  const neededBy = (name: string): ServiceSpec[] =>
    services.filter(({ dependsOn }) => dependsOn.some(({ service }) => service === name));
  const isFrontend = (service: ServiceSpec): boolean =>
    service.ports.length > 0 &&
    neededBy(service.name).length === 0 &&
    service.dependsOn.some(({ service: name }) => {
      const dependency = spec.services[name];
      return dependency !== undefined && !isInfrastructure(dependency) && !isOneShot(spec, dependency, []);
    });
  return Object.fromEntries(
    services.map((service) => {
      const inferred = isInfrastructure(service) ? INFRASTRUCTURE : isFrontend(service) ? FRONTEND : APPLICATION;
      return [service.name, service.group ?? inferred];
    }),
  );
}

/** What people call a layer besides: `backend` is the application, where no group has that name. */
export function layerNamed(name: string, layers: string[]): string | undefined {
  if (layers.includes(name)) return name;
  const alias = name === 'backend' ? APPLICATION : name === APPLICATION ? 'backend' : undefined;
  return alias !== undefined && layers.includes(alias) ? alias : undefined;
}

const ORDER = [INFRASTRUCTURE, APPLICATION, 'backend', FRONTEND, NETWORK];

/** Layers from the ground up; groups of other names between. */
export function inOrder(a: string, b: string): number {
  const place = (layer: string): number => {
    const at = ORDER.indexOf(layer);
    return at === -1 ? 1.5 : at;
  };
  return place(a) - place(b) || (a < b ? -1 : a > b ? 1 : 0);
}
