import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { upAndStartArgv } from '../../src/docker/up-and-start.js';
import { docker } from '../support/docker-cli.js';

const run = promisify(execFile);
let directory: string;
let stack: string;

beforeEach(async () => {
  stack = `ek-test-start-${randomBytes(3).toString('hex')}`;
  directory = await mkdtemp(path.join(os.tmpdir(), `${stack}-`));
});
afterEach(async () => {
  await run('docker', ['compose', 'down', '-v', '-t', '0'], { cwd: directory });
  await rm(directory, { recursive: true, force: true });
});

async function write(web: string): Promise<void> {
  const yaml = `name: ${stack}\nservices:\n  web: { image: evenkeel-test/web:1, stop_grace_period: 0s, ${web} }\n`;
  await writeFile(path.join(directory, 'compose.yaml'), yaml);
}

async function upAndStart(...compose: string[]): Promise<void> {
  const [program, ...args] = upAndStartArgv(stack, 'web', ['docker', 'compose', 'up', '--no-start', ...compose]);
  await run(program!, args, { cwd: directory });
}

async function states(): Promise<Record<string, string>> {
  const listed = await docker([
    'ps',
    '-a',
    '--filter',
    `label=com.docker.compose.project=${stack}`,
    '--format',
    '{{.Names}} {{.State}}',
  ]);
  return Object.fromEntries(
    listed
      .split('\n')
      .filter(Boolean)
      .map((line) => line.split(' ') as [string, string]),
  );
}

describe('what Compose was told to create and not to start', () => {
  it('runs afterwards: what is new, and what had been stopped and is left as it is', async () => {
    await write('environment: { VERSION: "1" }');
    await upAndStart();
    expect(await states()).toEqual({ [`${stack}-web-1`]: 'running' });

    await docker(['stop', '-t', '0', `${stack}-web-1`]);
    await upAndStart('--scale', 'web=2');
    expect(await states()).toEqual({ [`${stack}-web-1`]: 'running', [`${stack}-web-2`]: 'running' });
  }, 60_000);

  it('is not run a second time where it has ended by itself meanwhile', async () => {
    await write('entrypoint: [sh, -c, "echo ran"]');
    const compose = ['/bin/sh', '-c', 'docker compose up -d && docker wait "$0-web-1"', stack];
    const [program, ...args] = upAndStartArgv(stack, 'web', compose);
    await run(program!, args, { cwd: directory });
    expect(await docker(['logs', `${stack}-web-1`])).toBe('ran');
    expect(await docker(['inspect', '-f', '{{.RestartCount}} {{.State.Status}}', `${stack}-web-1`])).toBe('0 exited');
  }, 60_000);

  it('is not run a second time where it was replaced', async () => {
    await write('entrypoint: [sh, -c, "echo ran"]');
    await upAndStart();
    await docker(['wait', `${stack}-web-1`]);
    await upAndStart('--force-recreate');
    await docker(['wait', `${stack}-web-1`]);
    expect(await docker(['logs', `${stack}-web-1`])).toBe('ran');
  }, 60_000);
});
