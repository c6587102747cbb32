import { spawn } from 'node:child_process';
import { expect, it } from '@jest/globals';
import { restartDelayMs, supervise } from '../../../../src/worker/server/supervise.js';

it('is started again soon, and never later than a second after its end', () => {
  expect([1, 2, 3, 4, 50].map(restartDelayMs)).toEqual([200, 400, 800, 1000, 1000]);
});

it('starts what died again, says how it died, and stops it for good', async () => {
  let deaths: string[] = [];
  let started = 0;
  await new Promise<void>((again) => {
    const supervised = supervise({
      start: () => {
        if ((started += 1) === 2) setImmediate(() => void supervised.stop(1000).then(again));
        return spawn('/bin/sh', ['-c', started === 1 ? 'exit 7' : 'exec sleep 60'], { stdio: 'ignore' });
      },
      onDeath: (how) => {
        deaths = [...deaths, how];
      },
    });
  });
  expect({ deaths, started }).toEqual({ deaths: ['exit code 7'], started: 2 });
});

it('kills what does not heed TERM within its grace', async () => {
  let supervised!: ReturnType<typeof supervise>;
  await new Promise<void>((ready) => {
    supervised = supervise({
      start: () => {
        const child = spawn('/bin/sh', ['-c', 'trap "" TERM; echo; while :; do sleep 0.05; done'], {
          stdio: ['ignore', 'pipe', 'ignore'],
        });
        child.stdout.once('data', () => ready());
        return child;
      },
      onDeath: () => undefined,
    });
  });
  await supervised.stop(50);
  expect(supervised.pid()).toBeUndefined();
});
