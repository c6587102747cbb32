import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import { seeWhatServes } from '../../../activities/see-what-serves.js';
import type { World } from '../../../activities/world.js';
import type { ObservedContainer } from '../../../src/plan/observed-stack.js';
import { presenceId } from '../../../src/names.js';
import type { DeployResult } from '../../../src/spec/deploy-result.js';
import type { StackSpec } from '../../../src/spec/stack-spec.js';
import type { WhatServes } from '../../../src/spec/what-serves.js';
import { writeCapture } from '../../../src/store/captures.js';
import { takeEpoch } from '../../../src/store/epoch.js';
import { writeFrozen } from '../../../src/store/frozen.js';
import { runFolder, stackFolder, type Layout } from '../../../src/store/layout.js';
import { writeJson } from '../../../src/store/private-file.js';
import type { Release, ServiceState } from '../../../src/store/releases.js';
import { noteResult, noteRun } from '../../../src/store/run-folders.js';
import { noteSwap } from '../../../src/store/swaps.js';
import { swapRuns, unsettledOf } from '../../../src/store/unsettled-swaps.js';

const RUN = { workflowId: 'deploy', runId: 'run' };
const BEGAN = 1000;

let layout: Layout;
/** Ids of the images that are there. */
let images: string[];
let containers: ObservedContainer[];
/** Names of volumes that keep what there was. */
let kept: string[];
/** What is known of other hosts. */
let hosts: { host: string; stacks: { stack: string }[] }[];

/** Two releases of one service, the second of which served before; the run has replaced it, and nothing of it is left. */
beforeEach(async () => {
  const home = await mkdtemp(path.join(os.tmpdir(), 'ek-serves-'));
  layout = { home, lockDir: path.join(home, 'locks') };
  images = ['image-1', 'image-2'];
  containers = [];
  hosts = [];
  kept = ['shop_pg-before-1'];
  await noteRun(folder(), { ...RUN, type: 'deploy', stack: 'shop', host: 'here', beganAtMs: BEGAN });
  await takeEpoch(layout, 'shop', RUN, new Date());
  for (const id of ['1', '2']) await release(id);
});
afterEach(() => rm(layout.home, { recursive: true, force: true }));

const folder = (): string => runFolder(layout, 'shop', RUN.workflowId, RUN.runId);

async function release(id: string, state: ServiceState = 'running'): Promise<void> {
  const place = path.join('releases', id);
  const frozen = path.join(place, 'frozen');
  const spec = { project: 'shop', services: {}, networks: {}, volumes: {}, policy: {} } as unknown as StackSpec;
  const content = { yaml: '', spec, directory: '/srv/shop', secrets: {}, secretValues: [] };
  await writeFrozen(path.join(stackFolder(layout, 'shop'), frozen), content);
  const container = { id: `container-${id}`, name: 'shop-api-1', number: 1, state };
  const kept = { ...container, imageId: `image-${id}`, inspect: 'x', bound: [], copied: [], volumes: [] };
  const record: Partial<Release> = {
    ...{ id, kind: 'deployed', at: '2026-01-01T00:00:00Z', workflowId: 'w', runId: `r${id}` },
    services: {
      api: {
        ...{ state, scale: 1, imageRef: 'shop-api', imageId: `image-${id}`, configHash: `hash-${id}` },
        ...{ contentHashes: {}, method: 'compose', frozen, containers: [{ ...kept, inspect: `${frozen}/spec.json` }] },
      },
    },
  };
  await writeJson(path.join(stackFolder(layout, 'shop'), place, 'release.json'), record);
}

function containerOf(image: string, configHash: string, rest: Partial<ObservedContainer> = {}): ObservedContainer {
  return {
    ...{ id: 'x', name: 'shop-api-1', service: 'api', number: 1, imageId: image, imageRef: 'shop-api' },
    ...{ state: 'running', health: 'none', restartCount: 0, createdAtMs: BEGAN + 1, configHash, networks: [] },
    ...rest,
  };
}

async function look(touched = ['api']): Promise<WhatServes> {
  const engine = {
    containers: async () => containers,
    imageId: async (id: string) => (images.includes(id) ? id : null),
    networks: async () => [],
    volumesLabelled: async () => kept,
    volumes: async (_: string, names: string[]) => names.map((name) => ({ name, driver: 'local', labels: true })),
  };
  const described = (id: string) => ({
    ...{ status: { name: 'RUNNING' }, raw: {} },
    memo: { facts: { running: [], ...hosts.find((one) => presenceId(one.host) === id) } },
  });
  const temporal = {
    withDeadline: (_: number, ask: () => Promise<boolean>) => ask(),
    workflow: {
      list: async function* () {
        for (const { host } of hosts) yield { workflowId: presenceId(host) };
      },
      getHandle: (id: string) => ({ describe: async () => described(id) }),
    },
  };
  await writeJson(path.join(layout.home, 'registry', 'shop.json'), { name: 'shop', directory: '/srv/shop' });
  const world = { layout, engine, temporal, host: 'here' } as unknown as World;
  const args = { stack: 'shop', epoch: 1, release: '2', back: [], touched };
  return new MockActivityEnvironment({ workflowExecution: RUN }).run(seeWhatServes(world), args);
}

it('goes back to what served before, all of which is kept', async () => {
  containers = [containerOf('image-3', 'hash-3')];
  expect(await look()).toMatchObject({
    services: [{ service: 'api', state: 'running', ofThisRun: true }],
    next: { command: 'evenkeel rollback 2 -p shop' },
  });
});

it('goes back further where its image is gone, and deploys where that one is gone too', async () => {
  images = ['image-1'];
  expect(await look()).toMatchObject({
    services: [{ service: 'api', state: 'absent' }],
    next: { command: 'evenkeel rollback 1 -p shop' },
  });
  images = [];
  expect((await look()).next.command).toBe('evenkeel deploy -p shop');
});

it('reckons with what is kept no more, and with what cannot be read', async () => {
  await rm(path.join(stackFolder(layout, 'shop'), 'releases', '2', 'frozen', 'secrets.json'));
  expect((await look()).next.command).toBe('evenkeel deploy -p shop');
});

it('starts what is there, and down', async () => {
  containers = [containerOf('image-2', 'hash-2', { state: 'exited', exitCode: 127 })];
  expect(await look()).toMatchObject({
    services: [{ release: '2', issue: 'exited with 127' }],
    next: { command: 'docker start shop-api-1' },
  });
});

it('starts nothing that was down in the release of before', async () => {
  await release('2', 'stopped');
  containers = [containerOf('image-2', 'hash-2', { state: 'exited', exitCode: 143 })];
  expect((await look()).next.command).toBe('evenkeel check -p shop');
});

it('does not go back further from a release that stands there, and is sick', async () => {
  containers = [containerOf('image-2', 'hash-2', { health: 'unhealthy' })];
  expect((await look()).next.command).toBe('evenkeel check -p shop');
});

it('goes on with a rollback that has touched nothing, to where it was going', async () => {
  await rm(path.join(folder(), 'run.json'));
  await noteRun(folder(), { ...RUN, type: 'rollback', stack: 'shop', host: 'here', beganAtMs: BEGAN });
  expect((await look([])).next.command).toBe('evenkeel releases -p shop');
  const aim = path.relative(stackFolder(layout, 'shop'), path.join(folder(), 'aim'));
  const nothing = { containers: {}, sick: [], tags: {}, networks: [], volumes: [] };
  await writeCapture(layout, 'shop', aim, { release: '1', epoch: 1, frozen: 'x', aim: true, ...nothing });
  expect((await look([])).next.command).toBe('evenkeel rollback 1 -p shop');
  await writeJson(path.join(folder(), 'plan.json'), { data: {} });
  expect((await look([])).next.command).toBe('evenkeel rollback 1 --restore-data -p shop');
});

it('names the host where another one has a stack of the name', async () => {
  hosts = [{ host: 'here', stacks: [{ stack: 'shop' }] }];
  expect((await look()).next.command).toBe('evenkeel rollback 2 -p shop');
  hosts.push({ host: 'there', stacks: [{ stack: 'shop' }] });
  expect((await look()).next.command).toBe('evenkeel rollback 2 -p shop --host here');
});

it('follows the newer run that has the turn', async () => {
  await takeEpoch(layout, 'shop', { workflowId: 'deploy/any/shop/2', runId: 'other' }, new Date());
  expect((await look()).next.command).toBe("evenkeel follow 'deploy/any/shop/2'");
});

it('shows the newer run once it is over, and passes over a backup', async () => {
  const newer = async (workflowId: string, type: string): Promise<string> => {
    await takeEpoch(layout, 'shop', { workflowId, runId: 'other' }, new Date());
    const theirs = runFolder(layout, 'shop', workflowId, 'other');
    await noteRun(theirs, { workflowId, runId: 'other', type, stack: 'shop', host: 'here', beganAtMs: BEGAN + 1 });
    expect((await look()).next.command).toBe(`evenkeel follow '${workflowId}'`);
    await noteResult(theirs, {} as DeployResult, false);
    return (await look()).next.command;
  };
  expect(await newer('backup/any/shop/2', 'backup')).toBe('evenkeel rollback 2 -p shop');
  expect(await newer('deploy/any/shop/3', 'deploy')).toBe("evenkeel show 'deploy/any/shop/3'");
});

describe('a volume that the run has left half replaced', () => {
  const store = {
    ...{ id: 'postgres-db', type: 'postgres' as const, service: 'db', volume: 'shop_pg', target: '/data' },
    ...{ kept: 'shop_pg-before-1', imageId: 'sha256:1' },
  };
  beforeEach(() => noteSwap(folder(), { store, services: ['db'], stage: 'filling' }));

  it('has its content put back first', async () => {
    const { command, means } = (await look()).next;
    expect(command).toMatch(
      /^test -z .* && docker volume inspect .* shop_pg-before-1 .* && docker run --rm .*source=shop_pg-before-1.* && touch '.*' && evenkeel rollback 2 -p shop$/,
    );
    expect(means).toContain('puts the old content of shop_pg back');
  });

  it('is restored where what it had is gone, and its content is not put back from nothing', async () => {
    kept = [];
    const { command, means } = (await look()).next;
    expect(command).toBe('evenkeel restore -p shop db');
    expect(means).toContain('what shop_pg had before is gone');
  });

  it.each([
    ['is left alone while a running container uses it', 'db-1', ['ps -q --filter volume=shop_pg'], false],
    ['is filled where none does', '', ['ps -q --filter volume=shop_pg', 'volume', 'run', 'evenkeel'], true],
    ['is left alone where nothing keeps what it had', '', ['ps -q --filter volume=shop_pg', 'volume'], false, ''],
  ])('%s', async (_, users, expected, isSettled, keeps = 'shop') => {
    const log = path.join(layout.home, 'said');
    const bin = path.join(layout.home, 'bin');
    await mkdir(bin);
    const docker = `#!/bin/sh\ncase $1 in ps) echo "$*" >> '${log}'; echo '${users}';; volume) echo "$1" >> '${log}'; echo '${keeps}';; *) echo "$1" >> '${log}';; esac\n`;
    await writeFile(path.join(bin, 'docker'), docker, { mode: 0o755 });
    await writeFile(path.join(bin, 'evenkeel'), `#!/bin/sh\necho evenkeel >> '${log}'\n`, { mode: 0o755 });
    const { command } = (await look()).next;
    const env = { PATH: `${bin}:${process.env['PATH']}` };
    const isThrough = await promisify(execFile)('sh', ['-c', command], { env }).then(
      () => true,
      () => false,
    );
    expect((await readFile(log, 'utf8')).trim().split('\n')).toEqual(expected);
    expect([isThrough, unsettledOf(await swapRuns(layout, 'shop')).length]).toEqual([isSettled, isSettled ? 0 : 1]);
  });
});
