import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ActivityCancellationDetails } from '@temporalio/common';
import { anEnvironment, ComposeAttempts } from '../../support/compose-attempts.js';
import { eventually, processExists } from '../../support/processes.js';

let steps: ComposeAttempts;

beforeEach(async () => {
  steps = await ComposeAttempts.make();
});
afterEach(() => steps.remove());

describe('composeUntil', () => {
  describe('whose child may be ended', () => {
    const sleeps = 'echo $$ >pid; while [ -e pid ] && [ ! -e go ]; do sleep 0.05; done';
    const pid = () =>
      eventually(
        'it is at work',
        async () =>
          Number.parseInt(await readFile(path.join(steps.folder, 'pid'), 'utf8').catch(() => ''), 10) || undefined,
      );

    it.each([
      ['NOT_FOUND', { notFound: true, timedOut: true }],
      ['WORKER_SHUTDOWN', { workerShutdown: true }],
    ] as const)('leaves it to the next attempt on %s', async (reason, details) => {
      await steps.dockerDoes(sleeps, 'exit 0');
      const environment = anEnvironment();
      const first = steps.attempt(9, environment, true);
      const child = await pid();
      const second = steps.attempt(1, anEnvironment(), true);
      environment.cancel(reason, new ActivityCancellationDetails(details));
      await expect(first).rejects.toThrow(reason);
      expect(await processExists(child)).toBe(true);
      await writeFile(path.join(steps.folder, 'go'), '');
      expect(await second).toBe('done');
      expect(await steps.calls()).toBe(1);
    });

    it('ends it when somebody has asked for that', async () => {
      await steps.dockerDoes(sleeps, 'exit 0');
      const environment = anEnvironment();
      const step = steps.attempt(9, environment, true);
      const child = await pid();
      environment.cancel();
      await expect(step).rejects.toThrow('CANCELLED');
      expect(await processExists(child)).toBe(false);
    });

    it('ends it when the step has lasted as long as it may', async () => {
      await steps.dockerDoes(sleeps, 'exit 0');
      const step = steps.attempt(9, anEnvironment({ startToCloseTimeoutMs: 500 }), true);
      const child = await pid();
      await expect(step).rejects.toMatchObject({ name: 'TimeoutError' });
      expect(await processExists(child)).toBe(false);
    });
  });

  it.each([
    ['ends', 'trap "exit 143" TERM'],
    ['says that it failed', 'trap "echo canceled; exit 1" TERM'],
  ])(
    'ends one that waits for Docker too long, and however that %s, a later attempt starts another',
    async (_, trap) => {
      await steps.dockerDoes(`${trap}; while :; do sleep 0.05; done`, 'exit 0');
      await expect(steps.attempt(2, anEnvironment(), false, 400)).rejects.toThrow(
        'replacing api: Docker did not answer Compose, which was ended',
      );
      expect(await steps.attempt(2, anEnvironment(), false, 60_000)).toBe('done');
      expect(await steps.children()).toEqual(['replace-api', 'replace-api@2']);
    },
  );

  it('leaves to people what took too long three times, in however many attempts, and tries as often again for them', async () => {
    await steps.dockerDoes(...Array<string>(4).fill('trap "exit 143" TERM; while :; do sleep 0.05; done'));
    const late = () => steps.attempt(9, anEnvironment(), false, 400);
    await expect(late()).rejects.toMatchObject({ name: 'Weather' });
    await expect(late()).rejects.toMatchObject({ name: 'Weather' });
    await expect(late()).rejects.toMatchObject({
      ...{ type: 'Stuck', nonRetryable: true },
      message: expect.stringContaining('Compose got no answer from Docker within 400 ms, 3 times') as unknown,
    });
    await expect(late()).rejects.toMatchObject({ name: 'Weather' });
  }, 30_000);
});
