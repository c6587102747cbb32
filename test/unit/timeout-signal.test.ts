import { setTimeout as pause } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { timeoutSignal } from '../../src/timeout-signal.js';
import { eventually } from '../support/processes.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const DAY_MS = 24 * 60 * 60 * 1000;

afterEach(() => void jest.useRealTimers());

describe('timeoutSignal', () => {
  it('aborts with a TimeoutError', async () => {
    const signal = timeoutSignal(10);
    expect(signal.aborted).toBe(false);
    await eventually('it aborts', () => signal.aborted || undefined);
    expect(signal.reason).toMatchObject({ name: 'TimeoutError', message: 'It took more than 10 ms' });
  });

  it('aborts after 24 days where it is asked for more: a timer that is too long for Node is over at once', () => {
    jest.useFakeTimers();
    const signal = timeoutSignal(30 * DAY_MS);
    jest.advanceTimersByTime(24 * DAY_MS);
    expect(signal.aborted).toBe(false);
    jest.advanceTimersByTime(DAY_MS);
    expect(signal.aborted).toBe(true);
  });

  it('aborts what nobody but a joint signal knows, garbage collected meanwhile or not', async () => {
    let reason: unknown;
    AbortSignal.any([new AbortController().signal, timeoutSignal(100)]).addEventListener('abort', function () {
      reason = this.reason;
    });
    for (let times = 0; times < 3; times += 1) {
      await pause(10);
      collectGarbage();
    }
    await eventually('it aborts', () => (reason === undefined ? undefined : true));
    expect(reason).toHaveProperty('name', 'TimeoutError');
  });
});
