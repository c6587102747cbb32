import type { ServiceRow } from '../plan/service-rows.js';
import type { Verified } from './deploy-result.js';
import type { Hold } from './hold.js';

/** What a host says of itself; kept in the memo of its presence workflow, where it can be read without any worker. */
export interface HostFacts {
  host: string;
  /** The version of Evenkeel that its worker runs. */
  version: string;
  /** The registered stacks, by name. */
  stacks: HostStack[];
  /** Names of projects that run there and would be adopted, but are not registered. */
  running: string[];
}

export interface HostStack {
  stack: string;
  directory: string;
}

/** How a host's registered stacks are at this moment; heartbeats carry it, so that it costs no history. */
export interface HostLook {
  stacks: StackLook[];
  /** Why the engine could not be looked at. */
  away?: string;
}

export interface StackLook {
  stack: string;
  /** The last release, where it was deployed by us. */
  release?: ServingRelease;
  /** While nothing is to act on the stack by itself. */
  hold?: Hold;
  services: ServiceRow[];
}

/** The release that serves, and whether it has proved itself over time. */
export interface ServingRelease {
  id: string;
  /** When it was recorded, ISO 8601. */
  at: string;
  verified: Verified | 'on-probation';
  /** In a few plain words. */
  reason: string;
}
