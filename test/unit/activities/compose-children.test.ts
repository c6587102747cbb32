import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ActivityCancellationDetails } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { childSignals } from '../../../activities/child-signals.js';
import { composeUntil } from '../../../activities/compose-children.js';
import type { World } from '../../../activities/world.js';
import { runFolder, type Layout } from '../../../src/store/layout.js';
import type { Frozen } from '../../../src/store/frozen.js';
import { eventually, processExists } from '../../support/processes.js';

const execution = { workflowId: 'deploy', runId: 'run' };
let folder: string;
let layout: Layout;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'ek-children-'));
  layout = { home: folder, lockDir: path.join(folder, 'locks') };
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** What `docker` does when it is called for the first time, the second time, … It starts no program to count: it is called often. */
async function dockerDoes(...scripts: string[]): Promise<void> {
  await mkdir(path.join(folder, 'bin'), { recursive: true });
  const cases = scripts.map((script, index) => `${index}) ${script};;`).join('\n');
  const calls = `"${folder}/bin/call-"`;
  const docker = `#!/bin/sh\nset -- ${calls}*\n[ -e "$1" ] || shift\n: >${calls}$#\ncase $# in\n${cases}\nesac\n`;
  await writeFile(path.join(folder, 'bin', 'docker'), docker);
  await chmod(path.join(folder, 'bin', 'docker'), 0o755);
}

function anEnvironment(info: { startToCloseTimeoutMs?: number } = {}): MockActivityEnvironment {
  return new MockActivityEnvironment(
    { workflowExecution: execution, startToCloseTimeoutMs: 60_000, ...info },
    { logger: new DefaultLogger('ERROR') },
  );
}

/** One attempt of a step that is done as soon as `docker` has been called `until` times. */
async function attempt(
  until: number,
  environment = anEnvironment(),
  endable = false,
  withinMs?: number,
): Promise<string> {
  const world = { layout, env: { PATH: `${folder}/bin:${process.env['PATH']}` } } as unknown as World;
  const frozen: Frozen = {
    folder,
    composeFile: 'compose.yaml',
    spec: { project: 'shop' } as Frozen['spec'],
    directory: folder,
    secrets: {},
    redact: (text) => text.replaceAll('hunter2', '***'),
  };
  return (await environment.run(() =>
    composeUntil(world, {
      stack: 'shop',
      name: 'replace-api',
      doing: 'replacing api',
      frozen,
      prepare: async () => ({ args: ['up'] }),
      look: async () => ((await calls()) >= until ? 'done' : undefined),
      unmet: 'nothing is there',
      ...(endable ? childSignals() : {}),
      withinMs,
    }),
  )) as string;
}

async function calls(): Promise<number> {
  return (await readdir(path.join(folder, 'bin'))).filter((name) => name.startsWith('call-')).length;
}

async function children(): Promise<string[]> {
  return (await readdir(path.join(runFolder(layout, 'shop', 'deploy', 'run'), 'children'))).sort();
}

describe('composeUntil', () => {
  it('reads the child of an earlier attempt instead of starting another', async () => {
    await dockerDoes('exit 0');
    expect(await attempt(1)).toBe('done');
    expect(await attempt(1)).toBe('done');
    expect(await calls()).toBe(1);
  });

  it('goes by what is there, whatever the child says', async () => {
    await dockerDoes('echo no such thing; exit 1');
    expect(await attempt(1)).toBe('done');
  });

  it('starts another in its own folder when one was killed', async () => {
    await dockerDoes('kill -KILL $$', 'kill -TERM $$', 'exit 0');
    expect(await attempt(3)).toBe('done');
    expect(await children()).toEqual(['replace-api', 'replace-api@2', 'replace-api@3']);
  });

  it('leaves weather to a later attempt, which starts another', async () => {
    await dockerDoes('echo "Cannot connect to the Docker daemon" >&2; exit 1', 'exit 0');
    const failure = await attempt(2).catch((error: unknown) => error);
    expect(failure).not.toHaveProperty('type', 'StepFailed');
    expect(failure).toMatchObject({ message: expect.stringContaining('replacing api') as unknown });
    expect(await attempt(2)).toBe('done');
    expect(await children()).toEqual(['replace-api', 'replace-api@2']);
  });

  it('fails for a disk that is full, and another attempt finds whether there is room now', async () => {
    await dockerDoes('echo "mkdir /var/lib/docker/x: no space left on device" >&2; exit 1', 'exit 0');
    await expect(attempt(2)).rejects.toMatchObject({ type: 'StepFailed' });
    expect(await attempt(2)).toBe('done');
    expect(await children()).toEqual(['replace-api', 'replace-api@2']);
  });

  it('fails where Docker does not let a container go, and another attempt finds whether it does now', async () => {
    await dockerDoes('echo "driver \\"overlay2\\" failed to remove root filesystem: x" >&2; exit 1', 'exit 0');
    await expect(attempt(2)).rejects.toMatchObject({ type: 'StepFailed' });
    expect(await attempt(2)).toBe('done');
  });

  it('goes on for as long as its attempts do while there is weather, and the last one speaks', async () => {
    const weather = 'echo "toomanyrequests: slow down" >&2; exit 1';
    await dockerDoes(...Array<string>(24).fill(weather), 'exit 0');
    for (let met = 1; met <= 24; met += 1) {
      await expect(attempt(25)).rejects.toThrow('replacing api: the registry asks for patience');
    }
    expect(await calls()).toBe(24);
    expect(await attempt(25)).toBe('done');
  }, 30_000);

  it('gives up what is killed again and again, in however many attempts', async () => {
    const killed = 'kill -KILL $$';
    await dockerDoes(...Array<string>(12).fill(killed), 'echo "EOF"; exit 1', ...Array<string>(12).fill(killed));
    await expect(attempt(99)).rejects.toThrow('replacing api: the connection was cut');
    await expect(attempt(99)).rejects.toMatchObject({ type: 'StepFailed', message: /was killed 20 times/ });
    expect(await calls()).toBe(21);
  }, 30_000);

  describe('whose child may be ended', () => {
    const sleeps = 'echo $$ >pid; while [ -e pid ] && [ ! -e go ]; do sleep 0.05; done';
    const pid = () =>
      eventually(
        'it is at work',
        async () => Number.parseInt(await readFile(path.join(folder, 'pid'), 'utf8').catch(() => ''), 10) || undefined,
      );

    it.each([
      ['NOT_FOUND', { notFound: true, timedOut: true }],
      ['WORKER_SHUTDOWN', { workerShutdown: true }],
    ] as const)('leaves it to the next attempt on %s', async (reason, details) => {
      await dockerDoes(sleeps, 'exit 0');
      const environment = anEnvironment();
      const first = attempt(9, environment, true);
      const child = await pid();
      const second = attempt(1, anEnvironment(), true);
      environment.cancel(reason, new ActivityCancellationDetails(details));
      await expect(first).rejects.toThrow(reason);
      expect(await processExists(child)).toBe(true);
      await writeFile(path.join(folder, 'go'), '');
      expect(await second).toBe('done');
      expect(await calls()).toBe(1);
    });

    it('ends it when somebody has asked for that', async () => {
      await dockerDoes(sleeps, 'exit 0');
      const environment = anEnvironment();
      const step = attempt(9, environment, true);
      const child = await pid();
      environment.cancel();
      await expect(step).rejects.toThrow('CANCELLED');
      expect(await processExists(child)).toBe(false);
    });

    it('ends it when the step has lasted as long as it may', async () => {
      await dockerDoes(sleeps, 'exit 0');
      const step = attempt(9, anEnvironment({ startToCloseTimeoutMs: 500 }), true);
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
      await dockerDoes(`${trap}; while :; do sleep 0.05; done`, 'exit 0');
      await expect(attempt(2, anEnvironment(), false, 200)).rejects.toThrow(
        'replacing api: Docker did not answer Compose, which was ended',
      );
      expect(await attempt(2, anEnvironment(), false, 60_000)).toBe('done');
      expect(await children()).toEqual(['replace-api', 'replace-api@2']);
    },
  );

  it('leaves to people what took too long three times, in however many attempts, and tries as often again for them', async () => {
    await dockerDoes(...Array<string>(4).fill('trap "exit 143" TERM; while :; do sleep 0.05; done'));
    const late = () => attempt(9, anEnvironment(), false, 200);
    await expect(late()).rejects.toMatchObject({ name: 'Weather' });
    await expect(late()).rejects.toMatchObject({ name: 'Weather' });
    await expect(late()).rejects.toMatchObject({
      ...{ type: 'Stuck', nonRetryable: true },
      message: expect.stringContaining('Compose got no answer from Docker within 200 ms, 3 times') as unknown,
    });
    await expect(late()).rejects.toMatchObject({ name: 'Weather' });
  }, 30_000);

  it('fails for good with the last lines, redacted', async () => {
    await dockerDoes('echo one; echo "password hunter2 is wrong"; exit 1');
    await expect(attempt(9)).rejects.toMatchObject({
      type: 'StepFailed',
      nonRetryable: true,
      message: 'replacing api: password *** is wrong',
      details: [{ excerpt: ['one', 'password *** is wrong'] }],
    });
    await expect(attempt(9)).rejects.toMatchObject({ type: 'StepFailed' });
    expect(await calls()).toBe(1);
  });

  it('gives the reason why a container cannot start, not that it could not', async () => {
    await dockerDoes(
      'echo "Error response from daemon: port is taken"; echo "Error: failed to start containers: f00"; exit 1',
    );
    await expect(attempt(9)).rejects.toMatchObject({
      message: 'replacing api: Error response from daemon: port is taken',
    });
  });

  it('does not believe a child that ends well', async () => {
    await dockerDoes('exit 0');
    await expect(attempt(9)).rejects.toMatchObject({
      type: 'StepFailed',
      message: 'replacing api: Compose says it is done, but nothing is there',
    });
  });
});
