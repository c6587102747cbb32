import { expect, it } from '@jest/globals';
import { pinServices } from '../../../activities/keep-services.js';
import type { Keeping } from '../../../src/docker/keep-container.js';
import { EngineAway, EngineRefused } from '../../../src/docker/engine.js';
import type { ReleasedService } from '../../../src/store/releases.js';

/** Which names an engine has after pins for release 3 of a stack, of which it takes all but web's. */
async function namesAfter(refusal: Error): Promise<string[]> {
  const names = new Set<string>();
  const engine = {
    imageId: async (reference: string) => reference,
    tag: async (_: string, name: string) => {
      if (name.includes('/web')) throw refusal;
      names.add(name);
    },
    untagUnused: async (name: string) => names.delete(name),
  };
  const keeping = { engine, draft: { id: '3' } } as unknown as Keeping;
  const service = { containers: [{ imageId: 'sha256:1', number: 1 }] } as unknown as ReleasedService;
  await expect(pinServices(keeping, 'shop', { api: service, web: service })).rejects.toBe(refusal);
  return [...names];
}

it('leaves no pin of a release that there will not be', async () => {
  expect(await namesAfter(new EngineRefused(500, 'no'))).toEqual([]);
});

it('leaves pins for the next attempt where the engine was away', async () => {
  expect(await namesAfter(new EngineAway('gone'))).toEqual(['evenkeel/shop/api:3']);
});
