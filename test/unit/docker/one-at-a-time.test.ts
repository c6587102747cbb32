import { describe, expect, it } from '@jest/globals';
import { OneAtATime } from '../../../src/docker/one-at-a-time.js';

const never = new AbortController().signal;

function gate(): { open: () => void; opened: Promise<void> } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open, opened };
}

describe('OneAtATime', () => {
  it('lets work of one key follow each other, and work of another go on beside', async () => {
    const turns = new OneAtATime();
    const told: string[] = [];
    const first = gate();
    const one = turns.run('api', never, async () => {
      told.push('one begins');
      await first.opened;
      told.push('one ends');
    });
    const two = turns.run('api', never, async () => void told.push('two'));
    await turns.run('web', never, async () => void told.push('web'));
    expect(told).toEqual(['one begins', 'web']);
    first.open();
    await Promise.all([one, two]);
    expect(told).toEqual(['one begins', 'web', 'one ends', 'two']);
  });

  it('goes on after a failure', async () => {
    const turns = new OneAtATime();
    const failing = turns.run('api', never, () => Promise.reject(new Error('no')));
    const next = turns.run('api', never, async () => 'done');
    await expect(failing).rejects.toThrow('no');
    await expect(next).resolves.toBe('done');
  });

  it('does not begin what was aborted while it waited', async () => {
    const turns = new OneAtATime();
    const first = gate();
    const stopping = new AbortController();
    const one = turns.run('api', never, () => first.opened);
    let begun = false;
    const two = turns.run('api', stopping.signal, async () => void (begun = true));
    stopping.abort(new Error('stopped'));
    first.open();
    await one;
    await expect(two).rejects.toThrow('stopped');
    expect(begun).toBe(false);
  });
});
