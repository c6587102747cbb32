import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { copierOf, sweepPartCopies } from '../../activities/kept-volumes.js';
import { putDataBack, swapData } from '../../activities/swap-data.js';
import { fillCommand } from '../../src/spec/put-back-command.js';
import type { Twin } from '../../src/spec/rehearsal.js';
import type { RestorableStore } from '../../src/spec/restore.js';
import { writeCapture } from '../../src/store/captures.js';
import { noteRun } from '../../src/store/run-folders.js';
import { inheritSwaps, noteSwap, swapsOf } from '../../src/store/swaps.js';
import { docker, testProject, type TestProject } from '../support/docker-cli.js';
import { frozenProject, type FrozenProject } from '../support/frozen-project.js';
import type { Run } from '../support/host-world.js';

jest.setTimeout(120_000);

const IMAGE = 'evenkeel-test/web:1';
const YAML = `
services:
  db: { image: "${IMAGE}", volumes: [ "data:/data" ], stop_grace_period: 0s }
volumes: { data: {} }
`;

let live: FrozenProject;
let twin: TestProject;
let store: RestorableStore;
const names: string[] = [];

beforeEach(async () => {
  live = await frozenProject('swap', YAML, 'no secret');
  twin = await testProject('swap-twin', YAML);
  await Promise.all([live.project.compose('up', '-d'), twin.compose('up', '-d')]);
  const volume = `${live.project.name}_data`;
  const imageId = await docker(['image', 'inspect', '-f', '{{.Id}}', IMAGE]);
  store = {
    ...{ id: 'volume-data', type: 'volume', service: 'db' },
    ...{ volume, target: '/data', kept: `${volume}-before-1`, imageId },
  };
  await write(live.project, 'old');
  await docker(['exec', await live.project.id('db'), 'ln', '-s', 'old', '/data/link']);
  await write(twin, 'restored');
  await live.project.compose('stop');
  await captured(live.run);
});

afterEach(async () => {
  for (const name of names.splice(0)) await docker(['rm', '-fv', name]);
  await Promise.all([live.remove(), twin.remove()]);
  await docker(['volume', 'rm', '-f', store.kept]);
});

/** A file of that name. */
async function write(project: TestProject, name: string): Promise<void> {
  await docker(['exec', await project.id('db'), 'touch', `/data/${name}`]);
}

async function captured(run: Run): Promise<void> {
  const folder = path.relative(path.join(live.host.world.layout.home, 'stacks', live.project.name), run.folder);
  const nothing = { containers: {}, sick: [], tags: {}, networks: [], volumes: [] };
  const record = { ...nothing, epoch: run.turn.epoch, frozen: live.frozen.folder };
  await writeCapture(live.host.world.layout, live.project.name, path.join(folder, 'capture'), record);
}

const swap = (run = live.run): Promise<unknown> =>
  run.take(swapData, { store, services: ['db'], twin: { project: twin.name } as Twin });
/** As by a run that was reset. */
async function swapAgain(): Promise<unknown> {
  const next = await live.host.run(live.project.name);
  await inheritSwaps(live.run.folder, next.folder);
  await captured(next);
  return swap(next);
}
const putBack = (run = live.run) => run.take(putDataBack, { store });

/** The names of what is in a volume. */
async function listed(volume: string): Promise<string[]> {
  const said = await docker([
    'run',
    '--rm',
    '--network',
    'none',
    '--entrypoint',
    'ls',
    '-v',
    `${volume}:/v`,
    IMAGE,
    '/v',
  ]);
  return said.split('\n').filter(Boolean);
}

async function isThere(volume: string): Promise<boolean> {
  return (await docker(['volume', 'ls', '-q'])).split('\n').includes(volume);
}

const OLD = ['link', 'old'];

describe('swapData and putDataBack', () => {
  it('keep what there was, put what was restored in its place, and put it back', async () => {
    await swap();
    expect([await listed(store.volume), await listed(store.kept)]).toEqual([['restored'], OLD]);
    expect(await putBack()).toEqual({ touched: true, stopped: [] });
    expect(await listed(store.volume)).toEqual(OLD);
    // What is written once it is back is not taken away by another attempt.
    await live.project.compose('start');
    await write(live.project, 'since');
    expect(await putBack()).toEqual({ touched: true, stopped: [] });
    expect(await listed(store.volume)).toEqual([...OLD, 'since']);
  });

  it('go on where a former self stood: what was kept first stays, and comes back', async () => {
    await swap();
    const next = await live.host.run(live.project.name);
    await inheritSwaps(live.run.folder, next.folder);
    await captured(next);
    await swap(next);
    expect([await listed(store.volume), await listed(store.kept)]).toEqual([['restored'], OLD]);
    expect(await putBack(next)).toMatchObject({ touched: true });
    expect(await listed(store.volume)).toEqual(OLD);
  });

  it('copy anew what somebody has written to since, as after a restart of the engine', async () => {
    await swap();
    await live.project.compose('start');
    await write(live.project, 'by a server that nobody wanted');
    await swap();
    expect(await listed(store.volume)).toEqual(['restored']);
    expect(await docker(['inspect', '-f', '{{.State.Running}}', await live.project.id('db')])).toBe('false');

    await noteSwap(live.run.folder, { store, services: ['db'], stage: 'keeping' });
    await live.project.compose('start');
    await write(live.project, 'late');
    await swap();
    expect(await listed(store.kept)).toEqual(['late', 'restored']);
  });

  it('take up a volume to keep it in that a stopping Docker has left without labels', async () => {
    await docker(['volume', 'create', store.kept]);
    await swap();
    expect([await listed(store.volume), await listed(store.kept)]).toEqual([['restored'], OLD]);
    const label = '{{index .Labels "evenkeel.kept-of"}}';
    expect(await docker(['volume', 'inspect', '-f', label, store.kept])).toBe(live.project.name);
  });

  it('fill nothing where what was kept has gone since it was copied', async () => {
    await swap();
    await noteSwap(live.run.folder, { store, services: ['db'], stage: 'keeping' });
    await docker(['volume', 'rm', store.kept]);
    await expect(swap()).rejects.toThrow(`there is no volume ${store.kept} any more`);
  });

  it('leave a volume alone that a stranger uses, and the stranger', async () => {
    const stranger = `${live.project.name}-stranger`;
    names.push(stranger);
    await docker(['run', '-d', '--name', stranger, '--network', 'none', '-v', `${store.volume}:/d`, IMAGE]);
    await expect(swap()).rejects.toThrow(stranger);
    expect(await docker(['inspect', '-f', '{{.State.Running}}', stranger])).toBe('true');
    expect(await putBack()).toEqual({ touched: false });
    expect(await listed(store.volume)).toEqual(OLD);
    expect(await isThere(store.kept)).toBe(false);
  });

  it('put back what a stranger uses all the same, and name the stranger', async () => {
    await swap();
    const stranger = `${live.project.name}-stranger`;
    names.push(stranger);
    await docker(['run', '-d', '--name', stranger, '--network', 'none', '-v', `${store.volume}:/d`, IMAGE]);
    expect(await putBack()).toEqual({ touched: true, stopped: [stranger] });
    // Another attempt, after one that died before it could say so, names it as well.
    expect(await putBack()).toEqual({ touched: true, stopped: [stranger] });
    expect(await listed(store.volume)).toEqual(OLD);
  });

  it.each([
    ['is gone', async () => undefined],
    ['is one that Docker has made anew', async () => docker(['volume', 'create', store.kept])],
  ])('empty nothing where the volume that keeps what there was %s', async (_, then) => {
    await swap();
    await docker(['volume', 'rm', store.kept]);
    await then();
    await expect(putBack()).rejects.toThrow(`there is no volume ${store.kept} any more`);
    expect(await listed(store.volume)).toEqual(['restored']);
    await expect(swapAgain()).rejects.toThrow(`nothing was removed from ${store.volume}`);
    expect(await listed(store.volume)).toEqual(['restored']);
    expect(await swapsOf(live.run.folder)).toMatchObject([{ stage: 'filling' }]);
  });

  it('empty nothing where what was kept is not whole any more', async () => {
    await swap();
    await docker(['run', '--rm', '--network', 'none', '--entrypoint', 'rm', '-v', `${store.kept}:/v`, IMAGE, '/v/old']);
    await expect(putBack()).rejects.toThrow('what was kept is not whole any more');
    expect(await listed(store.volume)).toEqual(['restored']);
  });

  it('leave no part of a copy behind', async () => {
    await docker(['volume', 'create', store.kept]);
    await noteSwap(live.run.folder, { store, services: ['db'], stage: 'keeping' });
    expect(await putBack()).toEqual({ touched: false });
    expect(await isThere(store.kept)).toBe(false);
    expect(await listed(store.volume)).toEqual(OLD);
    expect(await swapsOf(live.run.folder)).toHaveLength(1);
  });
});

describe('part of a copy, and what still makes it, of a run that was terminated', () => {
  it('go, and what is whole stays', async () => {
    await swap();
    const part: RestorableStore = { ...store, id: 'volume-other', kept: `${store.kept}-part` };
    const labels = ['--label', `evenkeel.kept-of=${live.project.name}`];
    await docker(['volume', 'create', ...labels, part.kept]);
    await noteRun(live.run.folder, {
      ...{ ...live.run.execution, type: 'restore', stack: live.project.name },
      ...{ host: 'here', beganAtMs: 1 },
    });
    await noteSwap(live.run.folder, { store: part, services: ['db'], stage: 'keeping' });
    const copier = copierOf(live.project.name, part);
    names.push(copier);
    const copying = ['--entrypoint', 'sleep', '-v', `${part.kept}:/to`];
    await docker(['run', '-d', '--name', copier, '--network', 'none', ...copying, IMAGE, '600']);

    await sweepPartCopies(live.host.world, live.project.name);
    expect(await docker(['ps', '-aq', '--filter', `name=${copier}`])).toBe('');
    expect([await isThere(part.kept), await isThere(store.kept)]).toEqual([false, true]);
    expect(await listed(store.kept)).toEqual(OLD);
  });
});

describe('fillCommand', () => {
  it('fills the volume whatever the image starts, and as whom', async () => {
    await swap();
    const image = `${live.project.name}-image`;
    const changes = ['ENTRYPOINT ["false"]', 'USER 12345'].flatMap((change) => ['-c', change]);
    await docker(['commit', ...changes, await live.project.id('db'), image]);
    try {
      await promisify(execFile)('sh', ['-c', fillCommand({ ...store, imageId: image })]);
    } finally {
      await docker(['rmi', image]);
    }
    expect(await listed(store.volume)).toEqual(OLD);
  });

  it('removes nothing where what was kept is gone, and makes no volume', async () => {
    await swap();
    await docker(['volume', 'rm', store.kept]);
    await expect(promisify(execFile)('sh', ['-c', fillCommand(store)])).rejects.toThrow('no such volume');
    expect(await listed(store.volume)).toEqual(['restored']);
    expect(await isThere(store.kept)).toBe(false);
  });
});
