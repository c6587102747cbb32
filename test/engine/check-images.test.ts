import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { checkImages } from '../../activities/check-images.js';
import type { Finding } from '../../src/spec/finding.js';
import { docker } from '../support/docker-cli.js';
import { NO_TWIN, TwinStack } from '../support/twin-stack.js';

const WEB = 'evenkeel-test/web:1';
const FOREIGN = `ek-test-foreign-${process.pid}:1`;

jest.setTimeout(120_000);

let stack: TwinStack;
afterEach(async () => {
  await stack.remove();
  await docker(['rmi', '-f', FOREIGN]).catch(() => undefined);
});

async function findings(special: string): Promise<Finding[]> {
  const text = (version: number) =>
    `services: { api: { stop_grace_period: 0s, ${version === 1 ? `image: "${WEB}"` : special} } }`;
  stack = await TwinStack.make(text);
  const { frozen, plan } = await stack.derived();
  return stack.run.take(checkImages, { frozen, plan });
}

/** An image that holds nothing, for another kind of machine. */
async function makeForeign(): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'ek-test-foreign-'));
  await writeFile(path.join(folder, 'serve'), '');
  await promisify(execFile)('tar', ['-cf', path.join(folder, 'image.tar'), '-C', folder, 'serve']);
  await docker(['import', '--platform', 'linux/s390x', '--change', 'CMD ["/serve"]', `${folder}/image.tar`, FOREIGN]);
  await rm(folder, { recursive: true });
}

describe('checkImages', () => {
  it('has nothing to say of an image with all it needs', async () => {
    expect(
      await findings(
        `image: "${WEB}", environment: { A: "2" }, healthcheck: { test: "wget -q http://127.0.0.1:8080 || exit 1" }`,
      ),
    ).toEqual([]);
    expect(await stack.twinThings()).toEqual(NO_TWIN);
  });

  it('misses the program that a service is started with, and the one it is probed by', async () => {
    expect(
      await findings(`image: "${WEB}", command: [ gunicorn, app ], healthcheck: { test: [ CMD, curl, -f, x ] }`),
    ).toMatchObject([
      { rule: 'command-missing', severity: 'error', service: 'api' },
      { rule: 'probe-missing', severity: 'warning', service: 'api' },
    ]);
    expect(await stack.twinThings()).toEqual(NO_TWIN);
  });

  it('notices an image for another kind of machine', async () => {
    await makeForeign();
    expect(await findings(`image: "${FOREIGN}"`)).toMatchObject([
      { rule: 'wrong-architecture', message: expect.stringContaining('linux/s390x') as unknown },
    ]);
    expect(await stack.twinThings()).toEqual(NO_TWIN);
  });
});
