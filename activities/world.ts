import type { Client } from '@temporalio/client';
import type { Engine } from '../src/docker/engine.js';
import type { Layout } from '../src/store/layout.js';

/** What activities act upon. Handed in, so that a test can hand in another. */
export interface World {
  layout: Layout;
  /** This host's id. */
  host: string;
  engine: Engine;
  /** The worker's own connection to Temporal. */
  temporal: Client;
  /** The worker's environment: only PATH, HOME, DOCKER_* and proxy variables of it ever reach Compose. */
  env: NodeJS.ProcessEnv;
  /** Aborts when the worker has been told to stop, for what would never end by itself. */
  leaving: AbortSignal;
}
