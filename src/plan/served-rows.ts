import type { ServedRow } from '../spec/what-serves.js';
import { containersOf, type ObservedContainer } from './observed-stack.js';
import { serviceRows } from './service-rows.js';

/** What a container can be told by to be of a release. */
export interface KnownService {
  imageId: string;
  /** The labels that Compose may have given its containers. */
  configHashes: string[];
  containers: KnownContainer[];
}

/** `completed`: it had run to its end. `stopped`: somebody had stopped it. */
export interface KnownContainer {
  id: string;
  name: string;
  state: 'running' | 'stopped' | 'completed';
}

/** All that tells what serves. */
export interface ServedFacts {
  containers: ObservedContainer[];
  /** What served before the run, and what else is known, in the order in which it is to be recognised. */
  releases: { id: string; services: Record<string, KnownService> }[];
  /** Services that are back as the first of these releases had them. */
  back: string[];
  /** Services that the run answers for. */
  touched: string[];
  /** When the run began, by the host's clock: what it made is younger. */
  beganAtMs: number;
}

/** Every service of the stack with what stands for it now, and which release that is. */
export function servedRows(facts: ServedFacts): ServedRow[] {
  const { containers, releases, touched } = facts;
  const expected = [...Object.keys(releases[0]?.services ?? {}), ...touched];
  return serviceRows(containers, expected, []).map((row) => {
    const container = containersOf({ containers }, row.service).find(({ name }) => name === row.container);
    return container ? { ...row, ...whoseIs(container, facts) } : row;
  });
}

/** Names of the containers of a release that ran: what else it had is down by right. */
export function ranIn({ releases }: Pick<ServedFacts, 'releases'>, release: string | undefined): string[] {
  const services = releases.find(({ id }) => id === release)?.services ?? {};
  const containers = Object.values(services).flatMap((service) => service.containers);
  return containers.filter(({ state }) => state === 'running').map(({ name }) => name);
}

function whoseIs(container: ObservedContainer, facts: ServedFacts): Pick<ServedRow, 'release' | 'ofThisRun'> {
  const { releases, back, touched, beganAtMs } = facts;
  const { id, service, imageId, configHash, createdAtMs } = container;
  const [first] = releases;
  // With copies of mounted files in the place of the files it carries another label.
  if (first && back.includes(service) && first.services[service]?.imageId === imageId) return { release: first.id };
  const own = releases.find(({ services: { [service]: known } }) => known?.containers.some((one) => one.id === id));
  const alike = releases.find(({ services: { [service]: known } }) => {
    return known?.imageId === imageId && known.configHashes.includes(configHash);
  });
  const found = own ?? alike;
  if (found) return { release: found.id };
  return touched.includes(service) && createdAtMs >= beganAtMs ? { ofThisRun: true } : {};
}
