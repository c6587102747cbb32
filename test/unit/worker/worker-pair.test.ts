import { describe, expect, it } from '@jest/globals';
import { CombinedWorkerRunError } from '@temporalio/worker';
import { makeBoth, runTogether, type Runnable } from '../../../src/worker/worker-pair.js';

/** A worker that notes when it has run to its end. */
function worker(): Runnable & { hasRun: boolean } {
  const made = {
    hasRun: false,
    runUntil: async (end: Promise<void>) => {
      await end;
      made.hasRun = true;
    },
  };
  return made;
}

/** One that ends by itself, as the SDK tells it. */
function failing(reason: string): Runnable {
  return {
    runUntil: async () => {
      throw new CombinedWorkerRunError('Worker terminated with fatal error in `runUntil`', {
        cause: { workerError: new Error(reason), innerError: new Error('not done') },
      });
    },
  };
}

describe('two workers', () => {
  it('are made one after the other', async () => {
    const [first, second] = [worker(), worker()];
    const made = await makeBoth<Runnable>(
      async () => first,
      async () => second,
    );
    expect(made).toEqual([first, second]);
    expect(first.hasRun).toBe(false);
  });

  it.each([
    ['ends well', worker()],
    ['fails', failing('gone')],
  ])('where the second one is refused, leave nothing: the first one is ended, also where it %s', async (_, first) => {
    const refused = makeBoth<Runnable>(
      async () => first,
      () => Promise.reject(new Error('no permission')),
    );
    await expect(refused).rejects.toThrow('no permission');
    expect('hasRun' in first ? first.hasRun : true).toBe(true);
  });

  it('end together when one fails, and that says why', async () => {
    const other = worker();
    const running = runTogether(
      [other, failing('namespace default-checks is not there')],
      new AbortController().signal,
    );
    await expect(running).rejects.toThrow('namespace default-checks is not there');
    expect(other.hasRun).toBe(true);
  });

  it('end when they are told to', async () => {
    const [first, second] = [worker(), worker()];
    const until = new AbortController();
    const running = runTogether([first, second], until.signal);
    until.abort();
    await running;
    expect([first.hasRun, second.hasRun]).toEqual([true, true]);
  });
});
