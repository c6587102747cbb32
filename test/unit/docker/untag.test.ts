import { describe, expect, it } from '@jest/globals';
import type { EngineConnection, EngineRequest } from '../../../src/docker/dockerode-connection.js';
import { mutations } from '../../../src/docker/dockerode-change.js';
import { EngineRefused } from '../../../src/docker/engine.js';

/** An engine with one image that has one name and one user; its list still says of the user what it said before. */
function engineWith(user: { listedAs: string; running: boolean }): { engine: EngineConnection; forced: boolean[] } {
  const forced: boolean[] = [];
  function answer({ method, path, query }: EngineRequest): unknown {
    if (method === 'DELETE') {
      forced.push(query?.['force'] === true);
      if (query?.['force'] !== true) throw new EngineRefused(409, 'conflict: container is using its referenced image');
      return undefined;
    }
    if (path === '/containers/json') {
      const { status } = query?.['filters'] as { status?: string[] };
      return !status || status.includes(user.listedAs) ? [{ Id: 'user' }] : [];
    }
    return { State: { Running: user.running } };
  }
  const ask = <T>(request: EngineRequest): Promise<T> => Promise.resolve().then(() => answer(request) as T);
  return { engine: { ask, find: ask, read: () => Promise.reject(new Error('not read')) }, forced };
}

describe('taking the last name of an image away', () => {
  it('is refused while a container uses it that has just stopped and is listed as running', async () => {
    const { engine, forced } = engineWith({ listedAs: 'running', running: false });
    await expect(mutations(engine).untag('shop/api:1')).rejects.toBeInstanceOf(EngineRefused);
    expect(forced).toEqual([false]);
  });

  it('leaves the image where its only user runs', async () => {
    const { engine, forced } = engineWith({ listedAs: 'running', running: true });
    await mutations(engine).untag('shop/api:1');
    expect(forced).toEqual([false, true]);
  });
});
