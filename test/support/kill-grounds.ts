import { existsSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { readServerRecord } from '../../src/worker/server/server-record.js';
import { DeploymentWorld } from './deployment-world.js';
import { type DockerProxy, type Fault, startDockerProxy } from './docker-proxy.js';
import { MortalTemporal } from './mortal-temporal.js';
import { SecondEngine } from './second-engine.js';
import { servedTemporal } from './served-temporal.js';
import { type Blow, BLOWS } from './steps-under-fire.js';

/** Temporal is away for longer than it lets heartbeats be missing. */
const TEMPORAL_AWAY_MS = 5_000;
const ENGINE_AWAY_MS = 20_000;

/** Where a range stands, by what can be struck there beside the worker. */
export interface Ground {
  world: DeploymentWorld;
  /** Strikes it, and calls `done` at once; resolves when it is back. */
  strike?: (done: () => void) => Promise<void>;
  /** Between the worker and Docker. */
  proxy?: DockerProxy;
  close: () => Promise<void>;
}

/** Makes the ground on which each of these blows can be struck, for a stack that is made of these images. */
export const GROUNDS = {
  async 'mortal Temporal'(): Promise<Ground> {
    let temporal: MortalTemporal;
    const world = await DeploymentWorld.start(async (folder) => (temporal = await MortalTemporal.start(folder)));
    const strike = async (done: () => void): Promise<void> => {
      await temporal.die();
      done();
      await pause(TEMPORAL_AWAY_MS);
      await temporal.live();
    };
    return { world, strike, close: () => world.stop() };
  },

  async 'our server'(): Promise<Ground> {
    const world = await DeploymentWorld.start(servedTemporal);
    const strike = async (): Promise<void> => {
      const { server, temporal, worker } = (await readServerRecord({ home: world.stateFolder, lockDir: '' }))!;
      for (const part of [server, temporal, worker]) if (part) process.kill(part.pid, 'SIGKILL');
      await world.workerEnded();
      await world.startWorker();
    };
    const close = async (): Promise<void> => {
      await world.killWorker('SIGTERM');
      await world.stop();
    };
    return { world, strike, close };
  },

  async 'an engine of its own'(images: string[]): Promise<Ground> {
    const engine = await SecondEngine.start(images);
    const world = await DeploymentWorld.start(undefined, engine.env);
    const strike = async (done: () => void): Promise<void> => {
      await engine.die();
      done();
      await pause(ENGINE_AWAY_MS);
      await engine.live();
    };
    const close = async (): Promise<void> => {
      await world.stop();
      await engine.stop();
    };
    return { world, strike, close };
  },

  async 'a proxy to Docker'(): Promise<Ground> {
    const proxy = await startDockerProxy();
    const world = await DeploymentWorld.start(undefined, {}, { DOCKER_HOST: proxy.dockerHost });
    const close = async (): Promise<void> => {
      await world.stop();
      await proxy.close();
    };
    return { world, proxy, close };
  },
};

/** What befalls the first request of the step that is struck, or of the next one that has one. */
const FAULTS: Partial<Record<Blow, { when: RegExp; fault: Fault }>> = {
  'request delayed': { when: /./, fault: { kind: 'delay', ms: 5_000 } },
  'connection dropped': { when: /^(POST|PUT|DELETE) /, fault: { kind: 'reset' } },
  'request refused': { when: /^(POST|PUT|DELETE) /, fault: { kind: 'answer', status: 500, message: 'by a test' } },
  'stream cut': { when: /./, fault: { kind: 'cut', afterBytes: 0 } },
  'reply lost': { when: /^(POST|PUT|DELETE) /, fault: { kind: 'lose-reply' } },
};

/** Sees to it that a request is struck once a step has left its mark, where that is the blow. */
export function armProxy({ proxy, world }: Ground, blow: Blow): void {
  const rule = FAULTS[blow];
  if (rule) proxy!.add({ ...rule, isDue: () => existsSync(world.markOf(0)) });
}

/** Whether the blow is struck by us, once a step has left its mark. */
export function isOurs(blow: Blow): boolean {
  return BLOWS[blow].action === 'hold';
}
