import { access, rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { stackFolder } from '../../src/store/layout.js';
import { noteVerification } from '../../src/store/verifications.js';
import type { DeploymentWorld } from '../support/deployment-world.js';
import { docker } from '../support/docker-cli.js';
import type { DockerProxy } from '../support/docker-proxy.js';
import { inDepth } from '../support/in-depth.js';
import { worldBehindProxy } from '../support/proxied-world.js';
import { builtImages, deploySeries, takeAwayBuilderAndRegistry } from '../support/release-series.js';
import { TestStack } from '../support/test-stack.js';

let proxy: DockerProxy;
let world: DeploymentWorld;
let stack: TestStack;

beforeAll(async () => {
  ({ proxy, world } = await worldBehindProxy());
}, 60_000);
afterEach(async () => {
  proxy.heal();
  await stack.remove();
}, 60_000);
afterAll(async () => {
  await world.stop();
  await proxy.close();
}, 60_000);

interface Ended {
  exitCode: number;
  document: Record<string, unknown>;
}

async function asked(...args: string[]): Promise<Ended> {
  const { exitCode, stdout, stderr } = await world.evenkeel(['--json', '-p', stack.name, ...args]);
  if (stdout === '') throw new Error(stderr);
  return { exitCode, document: JSON.parse(stdout) as Record<string, unknown> };
}

/** Ids of the releases that are kept, newest first, as people are told. */
async function kept(): Promise<unknown[]> {
  const releases = (await asked('releases')).document as unknown as Record<string, unknown>[];
  return releases.filter((release) => release['kept']).map(({ id }) => id);
}

async function pins(service: string): Promise<string[]> {
  const listed = await docker(['images', '--format', '{{.Tag}}', `evenkeel/${stack.name}/${service}`]);
  return listed.split('\n').sort((a, b) => Number(a) - Number(b));
}

describe('of many deployments', () => {
  it('the last ones and the last verified one are kept, and come back without builder and registry', async () => {
    stack = await TestStack.make(world, 'kept');
    await deploySeries(stack, { from: 1, to: 2 });
    const layout = { home: world.stateFolder, lockDir: '' };
    const well = { verified: 'verified', at: new Date().toISOString(), reason: 'says a test' } as const;
    await noteVerification(layout, stack.name, '2', well);
    await deploySeries(stack, { from: 3, to: 4 });
    // The worker dies while it lets the first release go.
    await world.injectFaults([{ activity: 'collectReleases', point: 'during', afterMs: 60, action: 'kill' }]);
    await stack.write('.env', 'RELEASE=5\n');
    const deploying = stack.deploy();
    await world.workerEnded();
    await world.startWorker();
    expect(await deploying).toMatchObject({ type: 'succeeded', result: { release: '5', warnings: [] } });
    await deploySeries(stack, { from: 6, to: 6 });

    expect(await kept()).toEqual(['6', '5', '4', '2']);
    expect(await pins('app')).toEqual(['2', '4', '5', '6']);
    expect(await pins('front')).toEqual(['2', '4', '5', '6']);
    expect(await builtImages(stack.name)).toHaveLength(4);
    const folder = path.join(stackFolder(layout, stack.name), 'releases');
    await expect(access(path.join(folder, '3', 'frozen'))).rejects.toThrow('ENOENT');

    const ids = await stack.ids();
    for (const release of ['1', '3']) {
      expect(await asked('rollback', release)).toMatchObject({
        exitCode: 4,
        document: {
          outcome: 'rejected',
          failure: { message: expect.stringMatching(/is no longer kept.*x-evenkeel\.releases\.keep/) as unknown },
        },
      });
    }
    expect(await stack.ids()).toEqual(ids);

    takeAwayBuilderAndRegistry(proxy);
    await rm(path.join(stack.directory, 'Dockerfile'));
    await stack.write('compose.yaml', 'services: nothing that Compose could read\n');
    for (const [args, version] of [
      [['4'], '4'],
      [[], '2'],
    ] as const) {
      expect(await asked('rollback', ...args)).toMatchObject({ exitCode: 0, document: { outcome: 'succeeded' } });
      expect((await stack.state())['app-1']).toBe(`running ${version}`);
    }
    expect(await kept()).toEqual(['8', '7', '6', '5', '4', '2']);
    expect(await builtImages(stack.name)).toHaveLength(4);
    expect(await world.evenkeel(['audit', 'verify', '-p', stack.name])).toMatchObject({ exitCode: 0 });
  }, 400_000);

  inDepth(() => {
    it('what a container mounts of an earlier one stays until it does not', async () => {
      stack = await TestStack.make(world, 'kept');
      await deploySeries(stack, { from: 1, to: 1 });
      await stack.write('front.conf', 'two\n');
      await deploySeries(stack, { from: 2, to: 2 });
      expect(await asked('rollback', '1')).toMatchObject({ exitCode: 0, document: { release: '3' } });
      expect(await stack.exec('front', 'cat', '/etc/front.conf')).toBe('one');
      const copy = path.join(
        stackFolder({ home: world.stateFolder, lockDir: '' }, stack.name),
        'releases/1/files/front-1/bound-0',
      );
      for (const release of ['4', '5', '6']) {
        await stack.write('.env', `RELEASE=${release}\n`);
        expect(await stack.deploy({ services: ['app'] })).toMatchObject({ type: 'succeeded', result: { release } });
      }
      expect(await kept()).toEqual(['6', '5', '4']);
      await access(copy);
      expect(await stack.exec('front', 'cat', '/etc/front.conf')).toBe('one');
      // Not `restart`: with a grace period of nothing, Docker's own restart leaves a container in which nothing can be run.
      await stack.compose('stop', 'front');
      await stack.compose('start', 'front');
      expect(await stack.exec('front', 'cat', '/etc/front.conf')).toBe('one');

      await deploySeries(stack, { from: 7, to: 7 });
      expect(await stack.exec('front', 'cat', '/etc/front.conf')).toBe('two');
      await expect(access(copy)).rejects.toThrow('ENOENT');
    }, 300_000);
  });
});
