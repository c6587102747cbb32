import type { IncomingHttpHeaders } from 'node:http';
import { type EngineConnection, unlessMissing, wholeOf } from './dockerode-connection.js';
import type { Engine, PathStat } from './engine.js';

/** What a call may take that reads or writes many files. */
const SLOW_MS = 120_000;

/** The bits of Go's file mode that say that it is no ordinary file. */
const NO_FILE = 0x8f28_0000;

const KINDS = ['modified', 'added', 'deleted'] as const;

/** The part of the engine that reads and writes files in containers, running or not. */
export function files(engine: EngineConnection): Pick<Engine, 'readPath' | 'writePath' | 'changes' | 'statPath'> {
  const archiveOf = (containerId: string): string => `/containers/${containerId}/archive`;
  return {
    async readPath(containerId, path) {
      const request = { method: 'GET', path: archiveOf(containerId), query: { path }, deadlineMs: SLOW_MS } as const;
      return unlessMissing(engine.read(request, wholeOf));
    },

    async writePath(containerId, parent, tar) {
      const request = { method: 'PUT', path: archiveOf(containerId), query: { path: parent }, tar } as const;
      await engine.ask({ ...request, deadlineMs: SLOW_MS });
    },

    async changes(containerId) {
      const path = `/containers/${containerId}/changes`;
      const found = await engine.ask<{ Path: string; Kind: number }[] | null>({
        method: 'GET',
        path,
        deadlineMs: SLOW_MS,
      });
      return (found ?? []).map(({ Path, Kind }) => ({ path: Path, kind: KINDS[Kind] ?? 'modified' }));
    },

    async statPath(containerId, path) {
      const request = { method: 'HEAD', path: archiveOf(containerId), query: { path } } as const;
      return unlessMissing(engine.read(request, ({ headers }) => Promise.resolve(statIn(headers))));
    },
  };
}

function statIn(headers: IncomingHttpHeaders): PathStat {
  const encoded = String(headers['x-docker-container-path-stat']);
  const stat = JSON.parse(Buffer.from(encoded, 'base64').toString('utf8')) as {
    size: number;
    mode: number;
    mtime: string;
  };
  // Unsigned, because the mode uses all 32 bits.
  return { isFile: (stat.mode & NO_FILE) >>> 0 === 0, size: stat.size, modifiedAt: stat.mtime };
}
