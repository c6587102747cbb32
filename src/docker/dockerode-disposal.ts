import type { ContainerInfo, ImageInspectInfo } from 'dockerode';
import type { EngineConnection } from './dockerode-connection.js';
import { type Engine, EngineRefused } from './engine.js';

/** What a call may take that deletes layers. */
const SLOW_MS = 120_000;
/** A cache of many builds may take many minutes; the engine stops where it stands when nobody waits any more. */
const PRUNE_MS = 60_000;

type Disposal = Pick<Engine, 'untagUnused' | 'removeUnused' | 'imageNames' | 'mountedPaths' | 'pruneBuildCache'>;

/** The part of the engine that lets go of what nobody uses, and that tells who uses what. Nothing is ever forced. */
export function disposal(engine: EngineConnection): Disposal {
  /** False where the engine says that somebody uses it. */
  async function removed(image: string): Promise<boolean> {
    try {
      await engine.find({ method: 'DELETE', path: `/images/${image}`, query: { force: false }, deadlineMs: SLOW_MS });
      return true;
    } catch (error) {
      if (error instanceof EngineRefused && error.statusCode === 409) return false;
      throw error;
    }
  }

  return {
    untagUnused: removed,
    removeUnused: removed,

    async imageNames(imageId) {
      const image = await engine.find<ImageInspectInfo>({ method: 'GET', path: `/images/${imageId}/json` });
      // Where it has none the engine says null, or nothing at all.
      return image && { tags: image.RepoTags ?? [], digests: image.RepoDigests ?? [] };
    },

    async mountedPaths() {
      const query = { all: true };
      const containers = await engine.ask<ContainerInfo[]>({ method: 'GET', path: '/containers/json', query });
      const mounts = containers.flatMap(({ Mounts }) => Mounts ?? []);
      return [...new Set(mounts.filter(({ Type }) => Type === 'bind').map(({ Source }) => Source))];
    },

    async pruneBuildCache(keepBytes) {
      const query = { 'keep-storage': keepBytes };
      const request = { method: 'POST', path: '/build/prune', query, deadlineMs: PRUNE_MS } as const;
      return (await engine.find<{ SpaceReclaimed?: number }>(request))?.SpaceReclaimed ?? 0;
    },
  };
}
