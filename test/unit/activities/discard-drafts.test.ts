import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { discardUnfinished, sweepDrafts } from '../../../activities/discard-drafts.js';
import { backupFolder } from '../../../activities/run-place.js';
import type { World } from '../../../activities/world.js';
import { noteHeld } from '../../../src/backup/held-containers.js';
import { readIdentity } from '../../../src/docker/child-traces.js';
import { endChildren, isAnyAtWork } from '../../../src/docker/end-children.js';
import { runChild } from '../../../src/docker/run-child.js';
import { backupsFolder, draftFolder } from '../../../src/store/backups.js';
import { runFolder } from '../../../src/store/layout.js';
import { eventually } from '../../support/eventually.js';

let home: string;
let world: World;
const begun: string[] = [];

/** Says what it is asked, and which of the dumps are at work at that moment; it cannot start what is called `stuck`. */
const DOCKER = `#!/bin/sh
for file in "$ROOT"/pid-*; do kill -0 "$(cat "$file")" 2>/dev/null && echo "at work: $(basename "$file")" >>"$ROOT/asked"; done
echo "$*" >>"$ROOT/asked"
case "$*" in
  ps*) echo there ;;
  'start stuck') echo 'Error response from daemon: port is already allocated' >&2; exit 1 ;;
esac
`;

beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'ek-drafts-'));
  const programs = path.join(home, 'programs');
  await mkdir(programs);
  await writeFile(path.join(programs, 'docker'), DOCKER.replaceAll('$ROOT', home));
  await chmod(path.join(programs, 'docker'), 0o755);
  world = {
    layout: { home, lockDir: home },
    env: { PATH: `${programs}:${process.env['PATH']}` },
  } as unknown as World;
});
afterEach(async () => {
  await Promise.all(begun.splice(0).map((children) => endChildren(children)));
  await rm(home, { recursive: true, force: true });
});

const run = (id: string): string => runFolder(world.layout, 'shop', 'deploy', id);

/** A draft of a run whose worker died: its dump is at work, and holds a container. */
async function abandoned(runId: string, id: string, container: string): Promise<string> {
  const draft = await draftFolder({ layout: world.layout, stack: 'shop', id });
  await noteHeld(draft, 'volume-x', () =>
    Promise.resolve({ how: 'stopped', beside: 'copies', containers: [container] }),
  );
  const children = path.join(backupFolder(run(runId), id), 'children');
  begun.push(children);
  const folder = path.join(children, 'dump-x');
  const argv = ['/bin/sh', '-c', `echo $$ >${home}/pid-${id}; exec sleep 600`];
  void runChild({ folder, argv, cwd: home, env: { PATH: process.env['PATH']! } });
  const isThere = async (): Promise<boolean> =>
    !!(await readIdentity(folder)) && (await readdir(home)).includes(`pid-${id}`);
  await eventually('it says who it is', isThere);
  return children;
}

const asked = (): Promise<string> => readFile(path.join(home, 'asked'), 'utf8').catch(() => '');
const drafts = (): Promise<string[]> => readdir(backupsFolder(world.layout, 'shop'));

describe('a backup that nobody goes on with', () => {
  it('has its dump ended before what it held is let go, and is gone then', async () => {
    const children = await abandoned('one', 'one', 'web');
    await discardUnfinished(world, 'shop', 'one', run('one'));
    expect(await isAnyAtWork(children)).toBe(false);
    expect(await asked()).toContain('start web\n');
    expect(await asked()).not.toContain('at work');
    expect(await drafts()).toEqual([]);
    await discardUnfinished(world, 'shop', 'one', run('one'));
  });

  it('is swept by a later run, which leaves its own alone, and whose others go also where one cannot', async () => {
    const [stuck, other] = [await abandoned('one', 'one', 'stuck'), await abandoned('two', 'two', 'web')];
    const own = await abandoned('three', 'three', 'db');
    await expect(sweepDrafts(world, 'shop', run('three'), 'three')).rejects.toThrow('port is already allocated');
    expect(await Promise.all([stuck, other, own].map((one) => isAnyAtWork(one)))).toEqual([false, false, true]);
    expect(await asked()).toContain('start web\n');
    expect(await asked()).not.toContain('start db');
    expect((await drafts()).sort()).toEqual(['.draft-one', '.draft-three']);
  });
});
