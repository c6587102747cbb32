import { describe, expect, it } from '@jest/globals';
import { inLanes } from '../../../src/docker/in-lanes.js';

const turn = (): Promise<void> => new Promise((done) => setImmediate(done));

describe('inLanes', () => {
  it('does so many at once, and keeps their order', async () => {
    let underWay = 0;
    let most = 0;
    const results = await inLanes(3, [5, 1, 4, 2, 3, 0], async (turns) => {
      most = Math.max(most, (underWay += 1));
      for (let one = 0; one < turns; one += 1) await turn();
      underWay -= 1;
      return turns * 10;
    });
    expect(results).toEqual([50, 10, 40, 20, 30, 0]);
    expect(most).toBe(3);
  });

  it('begins no more after one has failed', async () => {
    const begun: number[] = [];
    const failing = inLanes(2, [1, 2, 3, 4], async (one) => {
      begun.push(one);
      if (one === 1) throw new Error('one fails');
      await turn();
    });
    await expect(failing).rejects.toThrow('one fails');
    await turn();
    await turn();
    expect(begun).toEqual([1, 2]);
  });
});
