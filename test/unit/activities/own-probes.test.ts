import { describe, expect, it } from '@jest/globals';
import { OwnProbes } from '../../../activities/own-probes.js';
import { eventually } from '../../support/eventually.js';

const healthcheck = { command: ['true'], intervalMs: 1, timeoutMs: 1_000, retries: 3 };
const AT_ONCE = { firstPauseMs: 0, mostPauseMs: 0 };

describe('own probes', () => {
  it('never ask for the next look at once, not even for a container that nobody attends to any more', async () => {
    let ran = 0;
    const engine = { exec: async () => ({ exitCode: 0, output: '', durationMs: ran++, timedOut: false }) };
    const probes = new OwnProbes(engine, AT_ONCE, (text) => text);
    const container = { id: 'a', startedAtMs: 1, healthcheck };
    const ended = probes.ended();
    probes.attend(container);
    await ended;
    await eventually('the next probe is overdue', () => probes.dueInMs() <= 50);
    expect(ran).toBe(1);
    expect(probes.dueInMs()).toBe(50);
    probes.leave('a');
    expect(probes.dueInMs()).toBe(Infinity);
    await probes.close();
  });

  it('tell since when one is under way', async () => {
    let answer = (): void => undefined;
    const answered = new Promise<void>((resolve) => (answer = resolve));
    const exec = () => answered.then(() => ({ exitCode: 0, output: '', durationMs: 7, timedOut: false }));
    const probes = new OwnProbes({ exec }, { firstPauseMs: 60_000, mostPauseMs: 60_000 }, (text) => text);
    const container = { id: 'a', startedAtMs: 1, healthcheck: { ...healthcheck, intervalMs: 60_000 } };
    const ended = probes.ended();
    expect(probes.attend(container)).toEqual({ probeBeganAtMs: expect.any(Number) });
    answer();
    await ended;
    expect(probes.attend(container)).toEqual({ probe: expect.objectContaining({ outcome: 'ok', durationMs: 7 }) });
    await probes.close();
  });
});
