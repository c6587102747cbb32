import { rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { DeploymentWorld } from '../support/deployment-world.js';
import { docker } from '../support/docker-cli.js';
import { normaliseInspect } from '../support/normalise-inspect.js';
import { TestStack } from '../support/test-stack.js';

let world: DeploymentWorld;
let stack: TestStack;

beforeAll(async () => {
  world = await DeploymentWorld.start();
}, 60_000);
afterEach(async () => stack.remove(), 60_000);
afterAll(async () => world.stop(), 60_000);

/** What `evenkeel … --json` printed. */
async function asked(...args: string[]): Promise<{ exitCode: number; document: Record<string, unknown> }> {
  const { exitCode, stdout, stderr } = await world.evenkeel(['--json', '-p', stack.name, ...args]);
  if (stdout === '') throw new Error(stderr);
  return { exitCode, document: JSON.parse(stdout) as Record<string, unknown> };
}

async function releases(): Promise<Record<string, unknown>[]> {
  return (await asked('releases')).document as unknown as Record<string, unknown>[];
}

async function looks(): Promise<unknown[]> {
  return (await stack.inspect()).map(normaliseInspect);
}

describe('rollback', () => {
  it('brings an earlier release back without the files, images and builder it was made from', async () => {
    stack = await TestStack.make(world, 'built', { '.env': 'RELEASE=1\n' });
    expect(await stack.deploy({ reason: 'first' })).toMatchObject({ type: 'succeeded' });
    const first = await looks();
    await stack.write('.env', 'RELEASE=2\n');
    expect(await stack.deploy()).toMatchObject({ type: 'succeeded', result: { release: '2' } });
    const second = await looks();
    const ran = { restarts: 0, memoryBytes: expect.any(Number) };
    expect((await asked('releases', '2')).document).toMatchObject({
      metrics: { before: { api: ran, web: ran }, after: { api: ran, web: ran } },
    });
    expect(await releases()).toMatchObject([
      { id: '2', kind: 'deployed', verified: 'unknown', serves: true, rollbackTarget: false },
      { id: '1', reason: 'first', serves: false, rollbackTarget: true, gates: expect.arrayContaining([]) },
    ]);

    await rm(path.join(stack.directory, 'Dockerfile'));
    await stack.write('compose.yaml', 'services: nothing that Compose could read\n');
    const planned = await asked('rollback', '--dry-run');
    expect(planned).toMatchObject({
      exitCode: 0,
      document: { plan: { waves: [[{ service: 'api', kind: 'replace' }], [{ service: 'web', kind: 'judge' }]] } },
    });
    expect(await looks()).toEqual(second);

    expect(await asked('rollback', '--reason', 'two is wrong')).toMatchObject({
      exitCode: 0,
      document: { outcome: 'succeeded', release: '3', previousRelease: '2' },
    });
    expect(await looks()).toEqual(first);
    expect(await releases()).toMatchObject([
      { id: '3', kind: 'rolled-back', repeats: '1', reason: 'two is wrong', serves: true },
      { id: '2', rollbackTarget: true },
      { id: '1', rollbackTarget: false },
    ]);

    expect(await asked('rollback', '2')).toMatchObject({ exitCode: 0, document: { release: '4' } });
    expect(await looks()).toEqual(second);
  }, 240_000);

  it('refuses what cannot be brought back, with the reason, and touches nothing', async () => {
    stack = await TestStack.make(world, 'built', { '.env': 'RELEASE=1\n' });
    await stack.deploy();
    expect(await asked('rollback')).toMatchObject({ exitCode: 4, document: { outcome: 'rejected' } });
    await stack.write('.env', 'RELEASE=2\n');
    await stack.deploy();
    const before = await stack.ids();

    for (const [release, why] of [
      ['9', /there is no release 9; there are 1, 2/],
      ['2', /release 2 is what serves/],
    ] as const) {
      const { exitCode, document } = await asked('rollback', release);
      expect([exitCode, document['outcome']]).toEqual([4, 'rejected']);
      expect(document['failure']).toMatchObject({ message: expect.stringMatching(why) as unknown });
    }
    const [, first] = await releases();
    const { api } = first!['images'] as Record<string, { id: string }>;
    await docker(['rmi', '-f', api!.id]);
    const { exitCode, document } = await asked('rollback', '1');
    expect([exitCode, document['outcome']]).toEqual([4, 'rejected']);
    expect(document['failure']).toMatchObject({ message: expect.stringContaining('is gone') as unknown });
    expect(await stack.ids()).toEqual(before);
  }, 240_000);

  it('brings back what served where the earlier release is not well any more', async () => {
    stack = await TestStack.make(world, 'pair', { '.env': 'VERSION=1\n' });
    const healthy = (test: string): Promise<void> =>
      stack.edit('compose.yaml', (text) =>
        text.replace(
          /test: \[[^\]]*\], interval: \d+s, retries/,
          `test: [CMD-SHELL, '${test}'], interval: 1s, retries`,
        ),
      );
    await healthy('test ! -e /state/two');
    expect(await stack.deploy()).toMatchObject({ type: 'succeeded' });
    await healthy('true');
    await stack.write('.env', 'VERSION=2\n');
    expect(await stack.deploy()).toMatchObject({ type: 'succeeded' });
    await stack.exec('api', 'touch', '/state/two');
    const second = await looks();

    expect(await asked('rollback')).toMatchObject({
      exitCode: 1,
      document: { outcome: 'rolled-back', release: '2', failure: { service: 'api' }, leftovers: [] },
    });
    expect(await looks()).toEqual(second);
    expect(await releases()).toMatchObject([{ id: '2', serves: true }, { id: '1' }]);
  }, 240_000);

  it('removes what the earlier release did not have, and is finished by another worker', async () => {
    stack = await TestStack.make(world, 'pair', { '.env': 'VERSION=1\n' });
    await stack.deploy();
    const first = await looks();
    await stack.write('.env', 'VERSION=2\n');
    await stack.edit('compose.yaml', (text) =>
      text.replace(
        'services:\n',
        'services:\n  extra: { image: "evenkeel-test/web:1", x-evenkeel: { endpoints: [] } }\n',
      ),
    );
    await stack.deploy();
    expect(Object.keys(await stack.ids())).toEqual(['api-1', 'extra-1', 'web-1']);
    await world.injectFaults([
      { activity: 'restoreService', service: 'api', point: 'during', afterMs: 200, action: 'kill' },
    ]);
    const rolling = asked('rollback');
    await world.workerEnded();
    await world.startWorker();
    expect(await rolling).toMatchObject({ exitCode: 0, document: { outcome: 'succeeded', release: '3' } });
    expect(await looks()).toEqual(first);
  }, 240_000);
});
