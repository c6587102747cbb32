import { describe, expect, it } from '@jest/globals';
import { Slots } from '../../../src/docker/slots.js';

describe('Slots', () => {
  const never = new AbortController().signal;

  it('lets only so many in, and the next as soon as one is given back', async () => {
    const slots = new Slots();
    const giveBack = await slots.take(async () => 1, never, 60_000);
    let second = false;
    const waiting = slots
      .take(async () => 1, never, 60_000)
      .then((give) => {
        second = true;
        give();
      });
    await new Promise((resolve) => setImmediate(resolve));
    expect(second).toBe(false);
    giveBack();
    giveBack();
    await waiting;
    expect(second).toBe(true);
  });

  it('asks for the limit again while it waits', async () => {
    const slots = new Slots();
    let limit = 1;
    await slots.take(async () => limit, never, 1);
    const second = slots.take(async () => limit, never, 1);
    limit = 2;
    await second;
  });

  it('stops waiting on abort', async () => {
    const slots = new Slots();
    await slots.take(async () => 1, never);
    const abort = new AbortController();
    const waiting = slots.take(async () => 1, abort.signal, 60_000);
    abort.abort(new Error('aborted'));
    await expect(waiting).rejects.toThrow('aborted');
  });
});
