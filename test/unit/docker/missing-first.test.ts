import { describe, expect, it } from '@jest/globals';
import { MissingFirst } from '../../../src/docker/missing-first.js';

const never = new AbortController().signal;

/** Work that says when it is at it, and ends when it is told to. */
function paced() {
  const told = { atWork: 0, most: 0 };
  const ends: (() => void)[] = [];
  const work = async (): Promise<string> => {
    told.atWork += 1;
    told.most = Math.max(told.most, told.atWork);
    await new Promise<void>((resolve) => ends.push(resolve));
    told.atWork -= 1;
    return 'done';
  };
  return { told, ends, work };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('MissingFirst', () => {
  it('lets those go on together that miss nothing', async () => {
    const { told, ends, work } = paced();
    const first = new MissingFirst();
    const all = [1, 2, 3].map(() => first.run('shop', never, async () => false, work));
    await settled();
    expect(told.most).toBe(3);
    ends.forEach((end) => end());
    expect(await Promise.all(all)).toEqual(['done', 'done', 'done']);
  });

  it('lets one make what is missing, and the others go on together once it is there', async () => {
    const { told, ends, work } = paced();
    let missing = true;
    const first = new MissingFirst();
    const all = [1, 2, 3].map(() => first.run('shop', never, async () => missing, work));
    await settled();
    expect(told.atWork).toBe(1);
    missing = false;
    ends[0]!();
    await settled();
    expect(told.atWork).toBe(2);
    ends.slice(1).forEach((end) => end());
    expect(await Promise.all(all)).toEqual(['done', 'done', 'done']);
  });
});
