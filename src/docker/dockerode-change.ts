import { setTimeout as pause } from 'node:timers/promises';
import type { ContainerInfo } from 'dockerode';
import { shortId } from '../plan/words.js';
import type { EngineConnection } from './dockerode-connection.js';
import { type ContainerInspect, type Engine, EngineLate, EngineRefused } from './engine.js';
import { splitReference } from './image-reference.js';
import { stopGraceS } from './stop-grace.js';
import { isBriefWeather } from './weather.js';

type Mutations = Pick<Engine, 'tag' | 'untag' | 'start' | 'stop' | 'remove' | 'removeNetwork'>;

/** What a call may take that mounts volumes, sets up networks, or deletes layers. */
const SLOW_MS = 120_000;
const REMOVAL_POLL_MS = 200;
/** How long a removal that is under way is waited for at a stretch; the step that asks for it tries again for much longer. */
const REMOVAL_PATIENCE_MS = 5000;

/** The part of the engine that changes containers, networks and names of images. Each can be done twice. */
export function mutations(engine: EngineConnection): Mutations {
  async function stop(containerId: string): Promise<void> {
    const path = `/containers/${containerId}`;
    const container = await engine.find<ContainerInspect>({ method: 'GET', path: `${path}/json` });
    if (!container) return;
    const stopping = engine.find({ method: 'POST', path: `${path}/stop`, deadlineMs: graceMs(container) + SLOW_MS });
    await stopping.catch(sayItDoesNotGo(`failed to end container ${shortId(containerId)}`));
  }

  return {
    stop,

    async start(containerId) {
      await engine.ask({ method: 'POST', path: `/containers/${containerId}/start`, deadlineMs: SLOW_MS });
    },

    async remove(containerId) {
      await stop(containerId);
      await removeStopped(engine, containerId).catch(
        sayItDoesNotGo(`failed to remove container ${shortId(containerId)}`),
      );
    },

    async removeNetwork(idOrName) {
      await engine.find({ method: 'DELETE', path: `/networks/${idOrName}` });
    },

    async tag(imageId, reference) {
      const { repo, tag, digest } = splitReference(reference);
      if (digest) return;
      await engine.ask({ method: 'POST', path: `/images/${imageId}/tag`, query: { repo, tag } });
    },

    async untag(reference) {
      try {
        await engine.find({ method: 'DELETE', path: `/images/${reference}`, query: { noprune: false } });
      } catch (error) {
        if (!(error instanceof EngineRefused && error.statusCode === 409)) throw error;
        if (await usedByStopped(engine, reference)) throw error;
        // With running containers only, force takes the name away and leaves the image.
        await engine.find({ method: 'DELETE', path: `/images/${reference}`, query: { force: true } });
      }
    },
  };
}

/** A negative time-out means that Docker waits for ever; we do not. */
function graceMs(container: ContainerInspect): number {
  const seconds = stopGraceS(container);
  return 1000 * (seconds < 0 ? 600 : seconds);
}

/** Removes a stopped container and leaves every volume. Waits for a removal that is under way; bounded. */
async function removeStopped(engine: EngineConnection, containerId: string): Promise<void> {
  const giveUpAt = performance.now() + REMOVAL_PATIENCE_MS;
  for (;;) {
    try {
      await engine.find({
        method: 'DELETE',
        path: `/containers/${containerId}`,
        query: { v: false, force: false },
        deadlineMs: SLOW_MS,
      });
      return;
    } catch (error) {
      if (!isBriefWeather(error) || performance.now() > giveUpAt) throw error;
      await pause(REMOVAL_POLL_MS);
    }
  }
}

/** Whatever keeps Docker itself from letting a container go, or from answering, the table of retries knows it by these words. */
function sayItDoesNotGo(words: string): (error: unknown) => never {
  return (error) => {
    if (error instanceof EngineLate) throw new EngineLate(`${words}: ${error.message}`);
    if (!(error instanceof EngineRefused) || error.statusCode < 500) throw error;
    throw new EngineRefused(error.statusCode, `${words}: ${error.message}`);
  };
}

/**
 * Lists lag behind: a container may stand in them as running for a moment after its stop was answered. Its inspect waits
 * for the end.
 */
async function usedByStopped(engine: EngineConnection, reference: string): Promise<boolean> {
  const query = { all: true, filters: { ancestor: [reference] } };
  const users = await engine.ask<ContainerInfo[]>({ method: 'GET', path: '/containers/json', query });
  const inspected = await Promise.all(
    users.map(({ Id }) => engine.find<ContainerInspect>({ method: 'GET', path: `/containers/${Id}/json` })),
  );
  return inspected.some((container) => container && !container.State.Running);
}
