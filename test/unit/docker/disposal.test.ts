import { describe, expect, it } from '@jest/globals';
import { disposal } from '../../../src/docker/dockerode-disposal.js';
import type { EngineConnection, EngineRequest } from '../../../src/docker/dockerode-connection.js';
import { EngineRefused } from '../../../src/docker/engine.js';

/** An engine that answers so; a request for something that is gone finds nothing. */
function engineThat(answer: (request: EngineRequest) => unknown): { engine: EngineConnection; asked: EngineRequest[] } {
  const asked: EngineRequest[] = [];
  const ask = async <T>(request: EngineRequest): Promise<T> => {
    asked.push(request);
    return answer(request) as T;
  };
  return { engine: { ask, find: ask, read: () => Promise.reject(new Error('not read')) }, asked };
}

describe('letting go of what nobody uses', () => {
  it('never forces: what a container uses stays', async () => {
    const { engine, asked } = engineThat(() => {
      throw new EngineRefused(409, 'conflict: container is using its referenced image');
    });
    expect(await disposal(engine).untagUnused('evenkeel/shop/api:1')).toBe(false);
    expect(await disposal(engine).removeUnused('sha256:1')).toBe(false);
    expect(asked.map(({ query }) => query?.['force'])).toEqual([false, false]);
  });

  it('is done where it is gone already, and fails where Docker refuses for another reason', async () => {
    expect(await disposal(engineThat(() => undefined).engine).untagUnused('evenkeel/shop/api:1')).toBe(true);
    const { engine } = engineThat(() => {
      throw new EngineRefused(500, 'device or resource busy');
    });
    await expect(disposal(engine).removeUnused('sha256:1')).rejects.toThrow('resource busy');
  });

  it('knows an image without names, and what containers of all projects mount', async () => {
    const { engine } = engineThat(({ path }) =>
      path === '/containers/json'
        ? [{ Mounts: [{ Type: 'bind', Source: '/a' }] }, { Mounts: [{ Type: 'volume', Source: '/b' }] }, {}]
        : { RepoTags: null },
    );
    expect(await disposal(engine).imageNames('sha256:1')).toEqual({ tags: [], digests: [] });
    expect(await disposal(engine).mountedPaths()).toEqual(['/a']);
  });
});
