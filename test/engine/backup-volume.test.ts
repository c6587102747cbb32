import { spawn } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { volume } from '../../src/backup/volume.js';
import { letGoOfAll } from '../../src/backup/held-containers.js';
import type { DumpPlace } from '../../src/backup/store-kind.js';
import type { StoreBackup, StoreRef } from '../../src/spec/backup.js';
import { docker } from '../support/docker-cli.js';
import { eventually } from '../support/eventually.js';
import { cases } from '../support/in-depth.js';
import { StoreWorld } from '../support/store-world.js';

const IMAGE = 'evenkeel-local/debian:bookworm';
const STORE: StoreRef = { id: 'volume-files', type: 'volume', service: 'app', target: '/srv/files' };
const FILL = `
mkdir -p "a b/c"; echo one >"a b/c/one"; chown 1234:4321 "a b/c/one"; chmod 2640 "a b/c/one"; chmod 1777 "a b"
ln -s ../nowhere "a b/link"; ln "a b/c/one" "a b/hard"; : >empty; printf '%0100000d' 7 >big; chown 77:88 .; chmod 711 .
`;
const LIST = `find . -printf '%p %y %m %U:%G %n %l %T@\\n' | sort; cat big "a b/c/one" | sha256sum`;

let world: StoreWorld;
let live: string;
let folder: string;
let backup: StoreBackup;

beforeAll(async () => {
  world = await StoreWorld.make();
  const name = await world.volume();
  live = await world.run(['-v', `${name}:/srv/files`, '-w', '/srv/files', IMAGE, 'sleep', 'infinity']);
  await docker(['exec', live, 'sh', '-c', FILL]);
  const place = await world.dumpPlace(live);
  folder = place.folder;
  backup = await world.backup(STORE, await volume.dump(STORE, place), live);
});
afterAll(async () => world.remove());

async function leftBehind(): Promise<string> {
  return docker(['ps', '-aq', '--filter', 'label=evenkeel.reading', '--filter', `name=${world.name}`]);
}

async function stateOf(id: string): Promise<string> {
  return docker(['inspect', '-f', '{{.State.Status}}', id]);
}

/** A copy that is under way, and then ends with whoever waited for it: at once, and cleaning nothing up. */
async function diesWhile(place: DumpPlace, isSo: () => Promise<boolean>): Promise<void> {
  let pid = 0;
  const run: DumpPlace['scripts']['run'] = ({ text, args }) => {
    const slow = args.map((arg) => (/^(zstd|gzip) /.test(arg) ? 'sleep 600' : arg));
    pid = spawn('/bin/sh', ['-c', text, 'dump', ...slow], { detached: true, stdio: 'ignore' }).pid!;
    return new Promise(() => undefined);
  };
  void volume.dump(STORE, { ...place, scripts: { ...place.scripts, run } });
  await eventually('it is the moment', isSo);
  process.kill(-pid, 'SIGKILL');
}

async function diesWhileCopying(place: DumpPlace, id: string, state: string): Promise<void> {
  await diesWhile(place, async () => (await stateOf(id)) === state);
}

async function verify(of: string): Promise<void> {
  await volume.verify(backup, { folder: of, image: backup.imageId, scripts: await world.scripts() });
}

describe('a copy of a volume', () => {
  it('counts what is in it, and leaves nothing behind', async () => {
    expect(backup.counts).toEqual({ files: 4, folders: 3, links: 1, others: 0, bytes: 100_004 });
    expect(backup.consistency).toBe('crash');
    expect(await readdir(folder)).toEqual(backup.files.map(({ name }) => name));
    expect(await leftBehind()).toBe('');
    await verify(folder);
  });

  it('is counted without what else is mounted within it', async () => {
    const [own, inner] = [await world.volume(), await world.volume()];
    const bound = await mkdtemp(path.join(world.folder, 'bound-'));
    await writeFile(path.join(bound, 'one'), 'not of the volume');
    const mounts = (of: string) => [
      ...['-v', `${of}:/srv/files`, '-v', `${inner}:/srv/files/thumbs`, '-v', `${bound}:/srv/files/theme:ro`],
      ...['-v', `${path.join(bound, 'one')}:/srv/files/my.cnf:ro`, IMAGE, 'sleep', 'infinity'],
    ];
    const nested = await world.run(mounts(own));
    await docker(['exec', nested, 'sh', '-c', 'cd /srv/files; echo x >own; echo y >thumbs/1; echo z >thumbs/2']);
    const place = await world.dumpPlace(nested);
    const dumped = await world.backup(STORE, await volume.dump(STORE, place), nested);
    expect(dumped.counts).toMatchObject({ files: 2, folders: 3, bytes: 2 });
    const fresh = await world.restorePlace(await world.run(mounts(await world.volume()), false), place.folder);
    await volume.beforeStart!(dumped, fresh);
    expect(await volume.count(dumped, fresh)).toEqual(dumped.counts);
    await docker(['start', fresh.container]);
    expect(await volume.count(dumped, fresh)).toEqual(dumped.counts);
  });

  it('comes back with owners, modes and links', async () => {
    const fresh = await world.run(
      ['-v', `${await world.volume()}:/srv/files`, '-w', '/srv/files', IMAGE, 'sleep', 'infinity'],
      false,
    );
    const place = await world.restorePlace(fresh, folder);
    await volume.beforeStart!(backup, place);
    expect(await volume.count(backup, place)).toEqual(backup.counts);
    await docker(['start', fresh]);
    const list = async (id: string) => docker(['exec', id, 'sh', '-c', LIST.replace(' %T@', '')]);
    expect(await list(fresh)).toBe(await list(live));
  });

  it('keeps capabilities, and no other extended attribute', async () => {
    const [set, get] = process.arch === 'arm64' ? [5, 8] : [188, 191];
    const from = await world.run([
      '-v',
      `${await world.volume()}:/srv/files`,
      '-w',
      '/srv/files',
      IMAGE,
      'sleep',
      'infinity',
    ]);
    const perl = (id: string, text: string) => docker(['exec', id, 'perl', '-e', text]);
    const capability = '0100000200040000000000000000000000000000';
    await perl(
      from,
      `open F, '>', 'f'; print F 'x'; close F; $c = pack 'H*', '${capability}';
       syscall(${set}, my $f = 'f', my $n = 'security.capability', $c, length $c, 0) == 0 or die $!;
       syscall(${set}, $f, my $u = 'user.note', my $v = 'x', 1, 0) == 0 or die $!;`,
    );
    const place = await world.dumpPlace(from);
    const made = await world.backup(STORE, await volume.dump(STORE, place), from);
    const fresh = await world.run(
      ['-v', `${await world.volume()}:/srv/files`, '-w', '/srv/files', IMAGE, 'sleep', 'infinity'],
      false,
    );
    await volume.beforeStart!(made, await world.restorePlace(fresh, place.folder));
    await docker(['start', fresh]);
    const read = `for (qw(security.capability user.note)) {
      my ($n, $b) = ($_, "\\0" x 64); my $l = syscall(${get}, my $f = 'f', $n, $b, 64);
      print $l < 0 ? 'none' : unpack('H*', substr $b, 0, $l), ' ' }`;
    expect(await perl(from, read)).toBe(`${capability} 78`);
    expect(await perl(fresh, read)).toBe(`${capability} none`);
  });

  it('of a bound folder is made alike', async () => {
    const bound = await mkdtemp(path.join(world.folder, 'bound, odd-'));
    await writeFile(path.join(bound, 'note'), 'hello');
    const id = await world.run([
      '--mount',
      `type=bind,"source=${bound}",target=/srv/files`,
      IMAGE,
      'sleep',
      'infinity',
    ]);
    const dump = await volume.dump(STORE, await world.dumpPlace(id));
    expect(dump.counts).toMatchObject({ files: 1, bytes: 5 });
  });

  it.each(cases([1, 5, 9], [2, 3, 4, 6, 7, 8]))('is refused when it is cut off at %i tenths', async (tenths) => {
    const copy = await mkdtemp(path.join(world.folder, 'copy-'));
    await cp(folder, copy, { recursive: true });
    const file = path.join(copy, backup.files[0]!.name);
    await truncate(file, Math.floor(((await stat(file)).size * tenths) / 10));
    await expect(verify(copy)).rejects.toThrow(/volume-files/);
  });

  it('is refused when a bit of it is another', async () => {
    const copy = await mkdtemp(path.join(world.folder, 'copy-'));
    await cp(folder, copy, { recursive: true });
    const file = path.join(copy, backup.files[0]!.name);
    const bytes = await readFile(file);
    bytes[bytes.length >> 1]! ^= 16;
    await writeFile(file, bytes);
    await expect(verify(copy)).rejects.toThrow();
  });

  it('is whole while its files grow, shrink, come and go', async () => {
    const busy = await world.run([
      ...['-v', `${await world.volume()}:/srv/files`, '-w', '/srv/files', IMAGE, 'bash', '-c'],
      `head -c 60000000 /dev/urandom >ballast; for z in $(seq 20); do echo $z >z-$z; done; i=0; while :; do i=$((i+1)); printf '%05000d' $i >>grows; : >new-$((i%50)); rm -f new-$(((i+25)%50)); [ $((i%2000)) != 0 ] || : >grows; done`,
    ]);
    await eventually('it writes', async () => (await docker(['exec', busy, 'ls'])).includes('new-'));
    for (let time = 0; time < 4; time += 1) {
      const into = await world.dumpPlace(busy);
      const dump = await volume.dump(STORE, into);
      expect(dump.counts['files']).toBeGreaterThanOrEqual(22);
      expect(dump.counts['bytes']).toBeGreaterThan(60_000_000);
    }
    await docker(['kill', busy]);
  });

  it('pauses who uses it, if asked, and lets them go on', async () => {
    const dump = await volume.dump(STORE, await world.dumpPlace(live, { consistency: 'paused' }));
    expect(dump.consistency).toBe('paused');
    await eventually(
      'it runs again',
      async () => (await docker(['inspect', '-f', '{{.State.Status}}', live])) === 'running',
    );
  });

  it.each([
    ['paused', 'paused'],
    ['stopped', 'exited'],
  ] as const)('that is %s and dies with its worker is made again, and then what used it runs', async (how, state) => {
    const id = await world.run(['-v', `${await world.volume()}:/srv/files`, '--init', IMAGE, 'sleep', 'infinity']);
    await docker(['exec', id, 'sh', '-c', 'echo x >/srv/files/f']);
    const place = await world.dumpPlace(id, { consistency: how });
    await diesWhileCopying(place, id, state);
    const dump = await volume.dump(STORE, { ...place, scripts: await world.scripts() });
    expect(dump.counts).toMatchObject({ files: 1 });
    expect(await stateOf(id)).toBe('running');
    expect(await readdir(place.folder)).toEqual(dump.files.map(({ name }) => name));
  });

  it('that is killed while a container is being stopped waits for that, and then starts it', async () => {
    // It takes its time, and Docker does not give it up when whoever asked for it is gone.
    const unhurried = 'trap ": >/asked; sleep 3; exit 0" TERM; while :; do sleep 0.1; done';
    const id = await world.run(['-v', `${await world.volume()}:/srv/files`, IMAGE, 'bash', '-c', unhurried]);
    const place = await world.dumpPlace(id, { consistency: 'stopped' });
    const startedAt = () => docker(['inspect', '-f', '{{.State.StartedAt}}', id]);
    const before = await startedAt();
    await diesWhile(place, async () => (await docker(['exec', id, 'ls', '/']).catch(() => '')).includes('asked'));
    await letGoOfAll(place.folder, place.scripts);
    expect([await startedAt(), await stateOf(id)]).toEqual([expect.not.stringMatching(before), 'running']);
    expect(await readdir(place.folder)).toEqual([]);
  });

  it('that nobody makes again lets go on what used it, before it is thrown away', async () => {
    const id = await world.run(['-v', `${await world.volume()}:/srv/files`, '--init', IMAGE, 'sleep', 'infinity']);
    const place = await world.dumpPlace(id, { consistency: 'paused' });
    await diesWhileCopying(place, id, 'paused');
    await letGoOfAll(place.folder, place.scripts);
    expect(await stateOf(id)).toBe('running');
    expect(await leftBehind()).toBe('');
  });
});
