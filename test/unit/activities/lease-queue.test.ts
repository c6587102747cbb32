import { describe, expect, it } from '@jest/globals';
import { LeaseQueue } from '../../../activities/lease-queue.js';
import { eventually } from '../../support/eventually.js';

const PATIENT = new AbortController().signal;
/** Brief, so that nobody waits for the tests. */
const LOOK_EVERY_MS = 20;

/** Runs that wait for a lease which is held by whoever was told last, until that one ends. */
function waitFor(leases: string[]) {
  const told: string[] = [];
  const looks: string[] = [];
  const held = new Set(leases);
  const queue = new LeaseQueue(async (lease) => {
    looks.push(lease);
    return held.has(lease);
  }, LOOK_EVERY_MS);
  const join = (name: string, lease = leases[0]!, signal = PATIENT): Promise<void> =>
    queue.turn(lease, signal).then(() => {
      held.add(lease);
      told.push(name);
    });
  return { told, looks, held, join };
}

describe('runs that wait for a lease', () => {
  it('are told one after another, in the order in which they came', async () => {
    const { told, held, join } = waitFor(['shop']);
    const all = ['a', 'b', 'c'].map((name) => join(name));
    for (const expected of [['a'], ['a', 'b'], ['a', 'b', 'c']]) {
      held.delete('shop');
      await eventually('the next one is told', async () => told.length === expected.length);
      expect(told).toEqual(expected);
    }
    await Promise.all(all);
  });

  it('are looked for by one look, however many they are', async () => {
    const { looks, held, join } = waitFor(['shop']);
    const overs = Array.from({ length: 100 }, () => new AbortController());
    const hundred = overs.map(({ signal }, index) => join(String(index), 'shop', signal));
    await eventually('it is looked again', async () => looks.length >= 2);
    expect(looks.length).toBeLessThan(100);
    for (let left = hundred.length; left > 97; left -= 1) {
      held.delete('shop');
      await eventually('one has it', async () => held.has('shop'));
    }
    expect(looks.length).toBeLessThan(200);
    for (const over of overs) over.abort(new Error('over'));
    expect((await Promise.allSettled(hundred)).filter(({ status }) => status === 'rejected')).toHaveLength(97);
  });

  it('do not wait for those of another lease, nor for one that has given up', async () => {
    const { told, held, join } = waitFor(['shop', 'blog']);
    const gone = new AbortController();
    const first = join('gone', 'shop', gone.signal);
    const second = join('shop', 'shop');
    const other = join('blog', 'blog');
    gone.abort(new Error('given up'));
    await expect(first).rejects.toThrow('given up');
    held.clear();
    await Promise.all([second, other]);
    expect(told.sort()).toEqual(['blog', 'shop']);
  });

  it('are told where the one before does not take it', async () => {
    const queue = new LeaseQueue(async () => false, LOOK_EVERY_MS);
    await Promise.all(['a', 'b'].map(() => queue.turn('shop', PATIENT)));
  });

  it('are all told what kept the look, and may wait again', async () => {
    let isAway = true;
    const queue = new LeaseQueue(async () => {
      if (isAway) throw new Error('Temporal is away');
      return false;
    }, LOOK_EVERY_MS);
    const ends = await Promise.allSettled(['a', 'b'].map(() => queue.turn('shop', PATIENT)));
    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    isAway = false;
    await queue.turn('shop', PATIENT);
  });
});
