import type { ImageInspectInfo } from 'dockerode';
import type { EngineConnection } from './dockerode-connection.js';
import type { Engine } from './engine.js';

/** What a call may take that sets up a container's layers. */
const CREATE_MS = 120_000;

/** The part of the engine that looks at images. */
export function imageLooks(engine: EngineConnection): Pick<Engine, 'imageAbout' | 'createUnstarted'> {
  return {
    async imageAbout(reference) {
      const image = await engine.find<ImageInspectInfo>({ method: 'GET', path: `/images/${reference}/json` });
      if (!image) return undefined;
      const { Entrypoint, Cmd, Env, WorkingDir, Healthcheck } = image.Config as ImageConfig;
      return {
        id: image.Id,
        layers: image.RootFS.Layers ?? [],
        architecture: image.Architecture,
        os: image.Os,
        entrypoint: typeof Entrypoint === 'string' ? [Entrypoint] : (Entrypoint ?? []),
        command: Cmd ?? [],
        environment: Env ?? [],
        workingDir: WorkingDir === undefined || WorkingDir === '' ? '/' : WorkingDir,
        healthcheck: Healthcheck?.Test ?? [],
      };
    },

    async createUnstarted(image, labels) {
      // An image without a command makes no container unless it is given one.
      const body = { Image: image, Cmd: ['never-started'], Labels: labels, HostConfig: { NetworkMode: 'none' } };
      const request = { method: 'POST', path: '/containers/create', body, deadlineMs: CREATE_MS } as const;
      return (await engine.ask<{ Id: string }>(request)).Id;
    },
  };
}

interface ImageConfig {
  Entrypoint?: string | string[] | null;
  Cmd?: string[] | null;
  Env?: string[] | null;
  WorkingDir?: string;
  Healthcheck?: { Test?: string[] | null } | null;
}
