import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import { sweepImageChildren, refuseWhenImagesEnded } from '../../../activities/image-children.js';
import { putTagsBack, type TagsBack } from '../../../activities/restore-tags.js';
import type { World } from '../../../activities/world.js';
import { readIdentity } from '../../../src/docker/child-traces.js';
import type { ChildEnd } from '../../../src/docker/children.js';
import { endChildren } from '../../../src/docker/end-children.js';
import { runChild } from '../../../src/docker/run-child.js';
import { writeCapture } from '../../../src/store/captures.js';
import { runFolder, stackFolder, type Layout } from '../../../src/store/layout.js';
import { noteNaming } from '../../../src/store/named-images.js';
import { noteRun } from '../../../src/store/run-folders.js';
import { eventually } from '../../support/processes.js';

let layout: Layout;
/** What each reference names. */
let images: Record<string, string>;
let status: string;

beforeEach(async () => {
  const home = await mkdtemp(path.join(os.tmpdir(), 'ek-tags-'));
  layout = { home, lockDir: path.join(home, 'locks') };
  images = {};
  status = 'RUNNING';
});
afterEach(() => rm(layout.home, { recursive: true, force: true }));

function world(): World {
  const engine = {
    imageId: async (reference: string) => images[reference] ?? null,
    tag: async (id: string, reference: string) => void (images[reference] = id),
    untag: async (reference: string) => void delete images[reference],
  };
  const describe = async () => ({ status: { name: status }, runId: 'run', raw: {} });
  const temporal = { workflow: { getHandle: () => ({ describe }) } };
  return { layout, engine, temporal } as unknown as World;
}

const folderOf = (runId: string): string => runFolder(layout, 'shop', 'deploy', runId);

async function captured(runId: string, epoch: number, tags: Record<string, string | null>): Promise<void> {
  const folder = path.relative(stackFolder(layout, 'shop'), path.join(folderOf(runId), 'capture'));
  const nothing = { frozen: '', containers: {}, sick: [], networks: [], volumes: [] };
  await writeCapture(layout, 'shop', folder, { ...nothing, epoch, tags });
}

async function takeBack(runId: string): Promise<TagsBack> {
  const environment = new MockActivityEnvironment({ workflowExecution: { workflowId: 'deploy', runId } });
  const folder = path.relative(stackFolder(layout, 'shop'), path.join(folderOf(runId), 'capture'));
  return environment.run<[], TagsBack, () => Promise<TagsBack>>(() =>
    putTagsBack(world(), { stack: 'shop', epoch: 1 }, { folder }),
  );
}

/** A child of a run that outlives its step. */
async function child(runId: string, name: string): Promise<{ folder: string; end: Promise<ChildEnd> }> {
  const folder = path.join(folderOf(runId), 'children', name);
  const argv = ['sleep', '300'];
  const end = runChild({ folder, argv, cwd: layout.home, env: { PATH: process.env['PATH']! } });
  await eventually('it says who it is', () => readIdentity(folder));
  return { folder, end };
}

const isAtWork = async ({ end }: { end: Promise<ChildEnd> }): Promise<boolean> =>
  (await Promise.race([end, Promise.resolve('at work')])) === 'at work';

describe('putting image names back', () => {
  it('gives back what the run has named otherwise, and takes away what it has made', async () => {
    await captured('run', 1, { kept: 'old', made: null });
    images = { kept: 'new', made: 'new' };
    await noteNaming(folderOf('run'), { reference: 'kept', imageId: 'new' });
    await noteNaming(folderOf('run'), { reference: 'made' });
    expect(await takeBack('run')).toEqual({ leftovers: [], findings: [] });
    expect(images).toEqual({ kept: 'old' });
  });

  it('leaves what somebody else has named meanwhile, and says so', async () => {
    await captured('run', 1, { kept: 'old', made: null });
    images = { kept: 'theirs', made: 'theirs' };
    await noteNaming(folderOf('run'), { reference: 'kept', imageId: 'ours' });
    const { leftovers, findings } = await takeBack('run');
    expect(leftovers).toEqual([]);
    expect(findings).toMatchObject([{ rule: 'tag-not-ours', message: expect.stringContaining('kept') as unknown }]);
    expect(images).toEqual({ kept: 'theirs', made: 'theirs' });
  });

  it('answers for the names that runs before it have given and never took back', async () => {
    await captured('terminated', 1, { kept: 'old' });
    await noteNaming(folderOf('terminated'), { reference: 'kept', imageId: 'new' });
    await captured('run', 2, { kept: 'old' });
    images = { kept: 'new' };
    expect(await takeBack('run')).toEqual({ leftovers: [], findings: [] });
    expect(images).toEqual({ kept: 'old' });
  });

  it('ends a build first that outlived its worker, and lets none begin', async () => {
    await captured('run', 1, {});
    const [build, other] = await Promise.all([child('run', 'build-web'), child('run', 'replace-web')]);
    await refuseWhenImagesEnded(folderOf('run'));
    await takeBack('run');
    expect(await build.end).toMatchObject({ exitCode: 143 });
    expect(await isAtWork(other)).toBe(true);
    await expect(refuseWhenImagesEnded(folderOf('run'))).rejects.toMatchObject({ type: 'StaleRun' });
    await endChildren(path.dirname(other.folder));
  });
});

describe('a build of a run that was closed by force', () => {
  it('is ended by whoever comes next, and not before the run is closed', async () => {
    await noteRun(folderOf('closed'), {
      ...{ workflowId: 'deploy', runId: 'closed', type: 'deploy', stack: 'shop', host: 'here', beganAtMs: 1 },
    });
    const [build, pull, dump] = await Promise.all(
      ['build-web', 'pull-db', 'dump-db'].map((name) => child('closed', name)),
    );
    await sweepImageChildren(world(), 'shop');
    expect(await isAtWork(build!)).toBe(true);
    status = 'TERMINATED';
    await sweepImageChildren(world(), 'shop');
    expect(await Promise.all([build!.end, pull!.end])).toMatchObject([{ exitCode: 143 }, { exitCode: 143 }]);
    expect(await isAtWork(dump!)).toBe(true);
    await endChildren(path.dirname(dump!.folder));
  });
});
