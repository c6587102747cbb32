import type { HostPort } from './addresses.js';

/**
 * One look at a stack. It holds identities and states only: no environment, no command lines, no label of the
 * operator's.
 */
export interface ObservedStack {
  project: string;
  containers: ObservedContainer[];
  networks: ObservedNetwork[];
  volumes: { name: string; driver: string; labels: boolean }[];
  /** What each image reference of the spec names now; null when nothing carries it. */
  images: Record<string, string | null>;
  observedAtMs: number;
}

export interface ObservedContainer {
  id: string;
  name: string;
  service: string;
  /** Compose's number of it within its service, from 1. */
  number: number;
  imageId: string;
  /** The reference it was created from. */
  imageRef: string;
  state: 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';
  exitCode?: number;
  /** Docker's own judgement; `none` without a healthcheck. */
  health: 'none' | 'starting' | 'healthy' | 'unhealthy';
  restartCount: number;
  startedAtMs?: number;
  createdAtMs: number;
  /** Compose's hash of the service it was created from. */
  configHash: string;
  /** A container that a dead Compose left behind under a temporary name. */
  leftoverOf?: string;
  /** Names of the networks it is attached to. */
  networks: string[];
  /** Ports of the host that it holds now; absent where there are none. */
  ports?: HostPort[];
}

/**
 * Whether a container was to run and does: one that crashes and is started again, or that is held still for a copy, is not stopped.
 * What plans and gates make of such a one is a question of its own.
 */
export function isUp({ state }: Pick<ObservedContainer, 'state'>): boolean {
  return state === 'running' || state === 'restarting' || state === 'paused';
}

export interface ObservedNetwork {
  id: string;
  name: string;
  driver: string;
  internal: boolean;
  attachable: boolean;
  enableIpv6: boolean;
  driverOptions: Record<string, string>;
  subnets: { subnet?: string; gateway?: string; ipRange?: string }[];
  /** Compose's key of it, where Compose made it for this project. */
  key?: string;
}

/** What is asked of single services, where the whole stack would be more than is needed. */
export type ObservedServices = Pick<ObservedStack, 'containers' | 'images'>;

/** The containers of a service that count: no one-offs, no leftovers, lowest number first. */
export function containersOf(observed: Pick<ObservedStack, 'containers'>, service: string): ObservedContainer[] {
  return observed.containers
    .filter((container) => container.service === service && container.leftoverOf === undefined)
    .sort((a, b) => a.number - b.number);
}
