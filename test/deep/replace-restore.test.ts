import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Capture, Restored } from '../../activities/activities.js';
import { captureStack } from '../../activities/capture-stack.js';
import { clearUp } from '../../activities/clear-up.js';
import { freezeConfig } from '../../activities/freeze-config.js';
import { recordRelease } from '../../activities/record-release.js';
import { replaceService } from '../../activities/replace-service.js';
import { restoreService } from '../../activities/restore-service.js';
import { restoreTags } from '../../activities/restore-tags.js';
import { stopService } from '../../activities/stop-service.js';
import type { ContainerInspect } from '../../src/docker/engine.js';
import type { Plan, Step } from '../../src/plan/plan.js';
import type { FrozenRef } from '../../src/spec/stack-spec.js';
import { openCapture, writeCapture } from '../../src/store/captures.js';
import { openFrozen } from '../../src/store/frozen.js';
import { noteNaming } from '../../src/store/named-images.js';
import { readRelease } from '../../src/store/releases.js';
import { addStack } from '../../src/store/registry.js';
import { docker } from '../support/docker-cli.js';
import { eventually } from '../support/eventually.js';
import { HostWorld, type Run } from '../support/host-world.js';
import { normaliseInspect } from '../support/normalise-inspect.js';

const run = promisify(execFile);
const IMAGE = 'evenkeel-test/web:1';

let host: HostWorld;
let stack: string;
let directory: string;

beforeEach(async () => {
  host = await HostWorld.make();
  stack = `ek-test-restore-${randomBytes(3).toString('hex')}`;
  directory = await mkdtemp(path.join(os.tmpdir(), `${stack}-`));
});

afterEach(async () => {
  const ids = (await docker(['ps', '-aq', '--filter', `label=com.docker.compose.project=${stack}`]))
    .split('\n')
    .filter(Boolean);
  if (ids.length > 0) await docker(['rm', '-fv', ...ids]);
  for (const kind of ['volume', 'network']) {
    const names = (await docker([kind, 'ls', '-q', '--filter', `label=com.docker.compose.project=${stack}`]))
      .split('\n')
      .filter(Boolean);
    if (names.length > 0) await docker([kind, 'rm', ...names]);
  }
  const tags = (await docker(['images', '--format', '{{.Repository}}:{{.Tag}}']))
    .split('\n')
    .filter((tag) => tag.includes(stack));
  if (tags.length > 0) await docker(['rmi', '-f', ...tags]);
  await rm(directory, { recursive: true, force: true });
  await host.remove();
});

/** Writes the Compose file of the test and registers the stack, as its operator would. */
async function write(yaml: string, secret?: string): Promise<void> {
  await writeFile(path.join(directory, 'compose.yaml'), yaml);
  const entry = { name: stack, directory, files: [], envFiles: [], profiles: [], addedAt: new Date().toISOString() };
  const captured: Record<string, string> = secret === undefined ? {} : { KEY: secret };
  await addStack(host.world.layout, { ...entry, capturedEnv: Object.keys(captured) }, captured);
}

async function up(secret = ''): Promise<void> {
  await run('docker', ['compose', '-p', stack, 'up', '-d'], { cwd: directory, env: { ...process.env, KEY: secret } });
}

async function inspects(): Promise<ContainerInspect[]> {
  const ids = (await docker(['ps', '-aq', '--filter', `label=com.docker.compose.project=${stack}`]))
    .split('\n')
    .filter(Boolean);
  if (ids.length === 0) return [];
  return (JSON.parse(await docker(['inspect', ...ids])) as ContainerInspect[]).sort((a, b) =>
    a.Name.localeCompare(b.Name),
  );
}

async function normal(): Promise<unknown[]> {
  return (await inspects()).map(normaliseInspect);
}

async function only(): Promise<ContainerInspect> {
  const [container, ...others] = await inspects();
  expect(others).toEqual([]);
  return container!;
}

const versionOf = ({ Config }: ContainerInspect) => Config.Env.find((line) => line.startsWith('VERSION='));
const volumeAt = ({ Mounts }: ContainerInspect, target: string) => Mounts.find((m) => m.Destination === target)?.Name;

async function freeze(deployment: Run): Promise<FrozenRef> {
  const { frozen, findings } = await deployment.take(freezeConfig, { services: [], pull: false });
  if (!frozen) throw new Error(JSON.stringify(findings));
  return frozen;
}

/** The step that a plan would have for the service. */
async function stepFor(frozen: FrozenRef, service: string, more: Partial<Step> = {}): Promise<Step> {
  const { spec } = await openFrozen(host.world.layout, stack, frozen.folder);
  const asked = spec.services[service]!;
  const containers = (await host.world.engine.containers(stack)).filter((container) => container.service === service);
  return {
    kind: 'replace',
    service,
    because: ['the test says so'],
    force: false,
    scale: asked.scale,
    image: { ref: asked.image, id: (await host.world.engine.imageId(asked.image))! },
    configHash: asked.configHash,
    replaces: containers.map(({ id }) => id),
    gate: { kind: 'long-running', timeoutMs: 1000, stableForMs: 0, probe: 'active', onInconclusive: 'rollback' },
    ...more,
  };
}

/** What a build of the run does to a reference. */
async function names(by: Run, reference: string): Promise<void> {
  const other = 'evenkeel-local/debian:bookworm';
  await docker(['tag', other, reference]);
  await noteNaming(by.folder, { reference, imageId: (await host.world.engine.imageId(other))! });
}

interface Deployment {
  run: Run;
  frozen: FrozenRef;
  capture: Capture;
}

/** A run up to the moment in which it begins to change something. */
async function begin(): Promise<Deployment> {
  const deployment = await host.run(stack);
  const frozen = await freeze(deployment);
  const capture = await deployment.take(captureStack, { frozen });
  return { run: deployment, frozen, capture };
}

async function replace({ run, frozen }: Deployment, service = 'web', more: Partial<Step> = {}) {
  return run.take(replaceService, { frozen, step: await stepFor(frozen, service, more) });
}

async function takeBack({ run, capture }: Deployment, service = 'web'): Promise<Restored> {
  await run.take(stopService, { capture, service });
  return run.take(restoreService, { capture, service });
}

async function record(deployment: Deployment, ...services: string[]): Promise<string> {
  const steps = await Promise.all(services.map((service) => stepFor(deployment.frozen, service)));
  const plan: Plan = {
    format: 1,
    stack,
    hash: 'p',
    waves: [steps],
    together: true,
    staggerMs: 0,
    unchanged: [],
    orphans: [],
    warnings: [],
  };
  return (await deployment.run.take(recordRelease, { frozen: deployment.frozen, plan })).release;
}

function web(version: string, more = ''): string {
  return `
services:
  web:
    image: ${IMAGE}
    environment: { VERSION: "${version}" }
    stop_grace_period: 3s
${more.replace(/^(?=.)/gm, '    ')}`;
}

const ANONYMOUS = 'volumes: [/anonymous]';

describe('a replaced service', () => {
  it('comes back through Compose, with its anonymous volume', async () => {
    await write(web('1', ANONYMOUS));
    const first = await begin();
    expect(first.capture.release).toBeUndefined();
    await replace(first);
    expect(await record(first, 'web')).toBe('1');
    expect(await record(first, 'web')).toBe('1');
    const before = await only();
    const normalBefore = await normal();

    await write(web('2', ANONYMOUS));
    const second = await begin();
    expect(second.capture).toMatchObject({ release: '1' });
    const { containers } = await replace(second);
    expect(await replace(second, 'web', { replaces: [before.Id] })).toEqual({ containers });
    const changed = await only();
    expect(versionOf(changed)).toBe('VERSION=2');
    expect(volumeAt(changed, '/anonymous')).toBe(volumeAt(before, '/anonymous'));

    const back = await takeBack(second);
    expect(back).toMatchObject({ state: 'running', remarks: [], gate: { kind: 'long-running' } });
    // It ran, so nothing but running will do.
    expect(back.gate).not.toHaveProperty('mayEnd');
    expect(await normal()).toEqual(normalBefore);
    const [{ Id }] = [await only()];
    await second.run.take(restoreService, { capture: second.capture, service: 'web' });
    expect((await only()).Id).toBe(Id);

    const third = await begin();
    expect(third.capture.release).toBe('1');
  }, 120_000);

  it('comes back from its inspect where the file was edited meanwhile, with all that was copied into it', async () => {
    const extras = `${ANONYMOUS}\nsecrets: [key]\nconfigs: [{ source: inline, target: /etc/inline.conf }]`;
    const tail = '\nsecrets: { key: { environment: KEY } }\nconfigs: { inline: { content: "first" } }\n';
    await write(web('1', extras) + tail, 'one');
    await up('one');
    const normalBefore = await normal();

    await write(web('2', 'command: [sh, -c, "sleep 1000"]'), 'two');
    const deployment = await begin();
    expect(deployment.capture).toMatchObject({ release: '1' });
    const release = await readRelease(host.world.layout, stack, '1');
    expect(release?.services['web']).toMatchObject({ method: 'inspect', pin: `evenkeel/${stack}/web:1` });
    expect(release?.services['web']?.containers[0]?.copied.map(({ target }) => target)).toEqual([
      '/etc/inline.conf',
      '/run/secrets/key',
    ]);
    await replace(deployment);
    expect(versionOf(await only())).toBe('VERSION=2');

    expect(await takeBack(deployment)).toMatchObject({ state: 'running', remarks: [] });
    expect(await normal()).toEqual(normalBefore);
    const { Id } = await only();
    expect(await docker(['exec', Id, 'cat', '/run/secrets/key', '/etc/inline.conf'])).toBe('onefirst');
    expect(await docker(['exec', Id, 'stat', '-c', '%a', '/run/secrets/key'])).toBe('444');
    // A later attempt finds nothing to do, and the service has been touched all the same.
    const again = await deployment.run.take(restoreService, { capture: deployment.capture, service: 'web' });
    expect(again).toMatchObject({ untouched: false });
    expect((await only()).Id).toBe(Id);
    // A container that was made again is recognised as what was there.
    expect((await begin()).capture.release).toBe('1');
  }, 120_000);

  it('has been touched where it was started again, also for the attempt that finds it running', async () => {
    await write(web('1'));
    const first = await begin();
    await replace(first);
    await record(first, 'web');
    const { Id } = await only();
    const second = await begin();
    const back = () => second.run.take(restoreService, { capture: second.capture, service: 'web' });
    expect(await back()).toMatchObject({ untouched: true });
    await docker(['stop', '-t', '0', Id]);
    expect(await back()).toMatchObject({ state: 'running', untouched: false });
    expect(await back()).toMatchObject({ state: 'running', untouched: false });
    expect((await only()).Id).toBe(Id);
  }, 60_000);

  it('runs again where it had been stopped, whatever it depends on', async () => {
    await write(`${web('1', 'depends_on: [db]')}\n  db: { image: ${IMAGE}, stop_grace_period: 0s }\n`);
    await up();
    const deployment = await begin();
    const { Id } = (await inspects()).find(({ Name }) => Name === `/${stack}-web-1`)!;
    await docker(['stop', '-t', '0', Id]);
    expect(await replace(deployment)).toEqual({ containers: [Id] });
    expect(await docker(['inspect', '-f', '{{.State.Status}}', Id])).toBe('running');
  }, 60_000);

  it('is recognised as baseline where the file is the one that it was made from', async () => {
    await write(web('1'));
    await up();
    const normalBefore = await normal();
    const first = await begin();
    const frozen = expect.stringContaining('releases/1/frozen') as unknown;
    expect((await readRelease(host.world.layout, stack, '1'))?.services['web']).toMatchObject({
      method: 'compose',
      frozen,
    });
    await replace(first, 'web', { force: true });
    await takeBack(first);
    expect(await normal()).toEqual(normalBefore);
  }, 60_000);

  it.each<[string, (file: string) => Promise<void>]>([
    ['by another file', (file) => writeFile(`${file}.new`, 'new').then(() => rename(`${file}.new`, file))],
    ['in place', (file) => writeFile(file, 'new')],
  ])(
    'comes back with the content that a bound file had, changed since %s, and says so',
    async (_, change) => {
      const file = path.join(directory, 'app.conf');
      await writeFile(file, 'old');
      const yaml = (version: string) => web(version, 'volumes: ["./app.conf:/etc/app.conf:ro"]');
      await write(yaml('1'));
      await up();
      const first = await begin();
      await replace(first, 'web', { force: true });
      await record(first, 'web');

      await change(file);
      const second = await begin();
      expect(second.capture.release).toBe('2');
      await replace(second, 'web', { force: true });
      expect(await docker(['exec', (await only()).Id, 'cat', '/etc/app.conf'])).toBe('new');

      const { remarks } = await takeBack(second);
      expect(remarks).toEqual([expect.stringContaining(file)]);
      expect(await docker(['exec', (await only()).Id, 'cat', '/etc/app.conf'])).toBe('old');
      expect(await readFile(file, 'utf8')).toBe('new');
    },
    60_000,
  );

  it('comes back with the volume it has now, not with that of an older container', async () => {
    await write(web('1', ANONYMOUS));
    const first = await begin();
    await replace(first);
    await record(first, 'web');
    const old = volumeAt(await only(), '/anonymous')!;
    await run('docker', ['compose', '-p', stack, 'down'], { cwd: directory });
    await up();
    const live = volumeAt(await only(), '/anonymous')!;

    const second = await begin();
    expect(second.capture.release).toBe('2');
    await replace(second, 'web', { force: true });
    await takeBack(second);
    expect(volumeAt(await only(), '/anonymous')).toBe(live);
    expect(await second.run.take(clearUp, { capture: second.capture })).toEqual({ leftovers: [] });
    await docker(['volume', 'rm', old]);
  }, 60_000);

  it('is not taken for back while the container of the run is there, alike as it is', async () => {
    await write(web('1'));
    const first = await begin();
    await replace(first);
    await record(first, 'web');
    const second = await begin();
    await replace(second, 'web', { force: true });
    const { Id } = await only();
    // A Compose of an earlier attempt that was killed before it did anything.
    const child = path.join(second.run.folder, 'children', 'restore-web');
    await mkdir(child, { recursive: true });
    await writeFile(path.join(child, 'exit-code'), '137\n');
    await takeBack(second);
    const back = await only();
    expect(back.Id).not.toBe(Id);
    await second.run.take(restoreService, { capture: second.capture, service: 'web' });
    expect((await only()).Id).toBe(back.Id);
  }, 60_000);

  it('runs again where the way forward had made it anew, over what somebody had made, and then failed', async () => {
    await write(web('1'));
    const first = await begin();
    await replace(first);
    await record(first, 'web');
    const { run: restore, capture } = await begin();
    await run('docker', ['compose', '-p', stack, 'up', '-d', '--force-recreate'], { cwd: directory });
    const { Id: strange } = await only();
    const forward = { capture, service: 'web', run: true };
    const [known] = (await openCapture(host.world.layout, stack, capture.folder)).containers['web']!;
    expect(await restore.take(restoreService, { ...forward, seen: [known!.id] })).toMatchObject({
      changedByHand: [expect.stringContaining('is new'), expect.stringContaining('is gone')],
    });
    expect((await only()).Id).toBe(strange);
    await restore.take(restoreService, { ...forward, seen: [strange] });
    expect((await only()).Id).not.toBe(strange);
    await docker(['stop', (await only()).Id]);
    await restore.take(restoreService, { capture, service: 'web' });
    expect((await only()).State.Running).toBe(true);
  }, 60_000);

  it('has been touched where the way forward had started it again, also for the way back that finds it running', async () => {
    await write(web('1'));
    const first = await begin();
    await replace(first);
    await record(first, 'web');
    const { Id } = await only();
    const { run: restore, capture } = await begin();
    await docker(['stop', '-t', '0', Id]);
    await restore.take(restoreService, { capture, service: 'web', run: true, seen: [Id] });
    expect(await restore.take(restoreService, { capture, service: 'web' })).toMatchObject({
      ...{ state: 'running', untouched: false },
    });
    expect((await only()).Id).toBe(Id);
  }, 60_000);

  it('names the volumes of what somebody had made, and the way forward has removed', async () => {
    await write(web('1', ANONYMOUS));
    await up();
    // Only its inspect says what it was.
    await write(web('2'));
    const { run: restore, capture } = await begin();
    await write(web('1', ANONYMOUS));
    await run('docker', ['compose', '-p', stack, 'up', '-d', '--force-recreate', '-V'], { cwd: directory });
    const strange = await only();
    await restore.take(restoreService, { capture, service: 'web', run: true, seen: [strange.Id] });
    const { leftovers } = await restore.take(clearUp, { capture });
    expect(leftovers.map(({ what }) => what)).toEqual([`volume ${volumeAt(strange, '/anonymous')}`]);
    await docker(['volume', 'rm', volumeAt(strange, '/anonymous')!]);
  }, 60_000);

  it('is not taken away where the record of what it was is gone', async () => {
    await write(web('1'));
    await up();
    const first = await begin();
    await replace(first, 'web', { force: true });
    const { Id } = await only();
    await rm(path.join(host.world.layout.home, 'stacks', stack, 'releases', '1', 'release.json'));
    await expect(first.run.take(restoreService, { capture: first.capture, service: 'web' })).rejects.toMatchObject({
      type: 'StepFailed',
    });
    expect((await only()).Id).toBe(Id);
  }, 60_000);

  it('is judged by whether it was sick when the run began', async () => {
    const check = 'healthcheck: { test: "test ! -e /tmp/sick", interval: 1s, retries: 1 }';
    await write(web('1', check));
    const first = await begin();
    await replace(first);
    await record(first, 'web');
    await docker(['exec', (await only()).Id, 'touch', '/tmp/sick']);
    await eventually('it is sick', async () => (await only()).State.Health?.Status === 'unhealthy');
    const second = await begin();
    expect(second.capture.release).toBe('1');
    await replace(second, 'web', { force: true });
    expect((await takeBack(second)).gate).toMatchObject({ wasSick: true });
  }, 60_000);

  it('is not recorded where it is not what was deployed', async () => {
    await write(web('1'));
    const first = await begin();
    await replace(first);
    await docker(['stop', '-t', '0', (await only()).Id]);
    await expect(record(first, 'web')).rejects.toMatchObject({
      type: 'StepFailed',
      message: expect.stringContaining('exited') as unknown,
    });
    expect(await readRelease(host.world.layout, stack, '1')).toBeUndefined();
  }, 60_000);

  it('comes back at the scale it had', async () => {
    await write(web('1', 'scale: 2'));
    await up();
    const normalBefore = await normal();
    await begin();
    await write(web('2', 'scale: 1'));
    const deployment = await begin();
    expect(deployment.capture.release).toBe('1');
    await replace(deployment);
    expect(versionOf(await only())).toBe('VERSION=2');
    await takeBack(deployment);
    expect(await normal()).toEqual(normalBefore);
  }, 60_000);

  it('comes back inside the network of a service that has come back', async () => {
    const yaml = (version: string) => `${web(version)}
  side:
    image: ${IMAGE}
    network_mode: service:web
    environment: { VERSION: "${version}", PORT: "8081" }
`;
    await write(yaml('1'));
    await up();
    const normalBefore = await normal();
    await write(yaml('2'));
    const deployment = await begin();
    await replace(deployment, 'web');
    for (const service of ['side', 'web']) {
      await deployment.run.take(stopService, { capture: deployment.capture, service });
    }
    for (const service of ['web', 'side']) {
      await deployment.run.take(restoreService, { capture: deployment.capture, service });
    }
    expect(await normal()).toEqual(normalBefore);
    const side = (await inspects()).find(({ Name }) => Name.includes('side'))!;
    expect(await docker(['exec', side.Id, 'wget', '-qO-', 'http://127.0.0.1:8080/version'])).toBe('1');
  }, 60_000);

  it('stays stopped where it was stopped', async () => {
    await write(web('1'));
    await up();
    await run('docker', ['compose', '-p', stack, 'stop'], { cwd: directory });
    const first = await begin();
    await replace(first, 'web', { force: true });
    expect((await only()).State.Running).toBe(true);
    expect(await takeBack(first)).toEqual({
      state: 'stopped',
      untouched: false,
      remarks: [expect.stringContaining('had run to its end') as unknown],
    });
    expect((await only()).State.Running).toBe(false);
  }, 60_000);

  it('is gone where it was not there, and its volumes are listed', async () => {
    await write(`${web('1', 'volumes: [named:/named, /anonymous]')}\nvolumes: { named: }\n`);
    const first = await begin();
    await replace(first);
    const anonymous = volumeAt(await only(), '/anonymous');
    expect(await takeBack(first)).toEqual({ state: 'absent', untouched: false, remarks: [] });
    const { leftovers } = await first.run.take(clearUp, { capture: first.capture });
    expect(leftovers.map(({ what }) => what)).toEqual([`volume ${stack}_named`, `volume ${anonymous}`]);
    expect(await inspects()).toEqual([]);
    expect(await docker(['network', 'ls', '-q', '--filter', `label=com.docker.compose.project=${stack}`])).toBe('');
    await docker(['volume', 'rm', anonymous!]);
  }, 60_000);

  it('lets every tag name again what it named', async () => {
    await docker(['tag', IMAGE, `${stack}/kept:1`]);
    await write(`services: { web: { image: "${stack}/kept:1" }, other: { image: "${stack}/none:1" } }\n`);
    const first = await begin();
    await docker(['tag', 'evenkeel-local/debian:bookworm', `${stack}/kept:1`]);
    await docker(['tag', 'evenkeel-local/debian:bookworm', `${stack}/none:1`]);
    await noteNaming(first.run.folder, { reference: `${stack}/kept:1` });
    await noteNaming(first.run.folder, { reference: `${stack}/none:1` });
    await first.run.take(restoreTags, { capture: first.capture });
    await first.run.take(restoreTags, { capture: first.capture });
    expect(await host.world.engine.imageId(`${stack}/kept:1`)).toBe(await host.world.engine.imageId(IMAGE));
    expect(await host.world.engine.imageId(`${stack}/none:1`)).toBeNull();
  }, 60_000);

  it('leaves a tag alone that somebody else has made', async () => {
    await write(`services: { web: { image: "${stack}/none:1" } }\n`);
    const first = await begin();
    await docker(['tag', IMAGE, `${stack}/none:1`]);
    expect(await first.run.take(restoreTags, { capture: first.capture })).toEqual({ leftovers: [], findings: [] });
    expect(await host.world.engine.imageId(`${stack}/none:1`)).not.toBeNull();
  }, 60_000);

  it('lists a tag whose image is gone, and puts back the others', async () => {
    const [gone, kept] = [`${stack}/gone:1`, `${stack}/kept:1`];
    await docker(['tag', IMAGE, gone]);
    await docker(['tag', IMAGE, kept]);
    await write(`services: { web: { image: "${gone}" }, other: { image: "${kept}" } }\n`);
    const first = await begin();
    const record = await openCapture(host.world.layout, stack, first.capture.folder);
    const tags = { ...record.tags, [gone]: `sha256:${'0'.repeat(64)}` };
    await writeCapture(host.world.layout, stack, first.capture.folder, { ...record, tags });
    await names(first.run, gone);
    await names(first.run, kept);
    expect(await first.run.take(restoreTags, { capture: first.capture })).toEqual({
      leftovers: [
        {
          what: `tag ${gone}`,
          why: expect.any(String) as unknown,
          command: `docker pull ${gone}`,
          debris: false,
        },
      ],
      findings: [],
    });
    expect(await host.world.engine.imageId(gone)).toBeNull();
    expect(await host.world.engine.imageId(kept)).toBe(await host.world.engine.imageId(IMAGE));
  }, 60_000);

  it('lets tags name what they named before a run that was terminated', async () => {
    const [moved, made] = [`${stack}/moved:1`, `${stack}/made:1`];
    await docker(['tag', IMAGE, moved]);
    await write(`services: { web: { image: "${moved}" }, other: { image: "${made}" } }\n`);
    const terminated = await begin();
    await names(terminated.run, moved);
    await names(terminated.run, made);

    const second = await begin();
    await names(second.run, moved);
    await names(second.run, made);
    await second.run.take(restoreTags, { capture: second.capture });
    expect(await host.world.engine.imageId(moved)).toBe(await host.world.engine.imageId(IMAGE));
    expect(await host.world.engine.imageId(made)).toBeNull();
  }, 60_000);

  it('is refused when the tag no longer names the image of the plan', async () => {
    await write(web('1'));
    const first = await begin();
    const step = await stepFor(first.frozen, 'web', { image: { ref: IMAGE, id: 'sha256:other' } });
    await expect(first.run.take(replaceService, { frozen: first.frozen, step })).rejects.toMatchObject({
      type: 'StepFailed',
      message: expect.stringContaining(IMAGE) as unknown,
    });
    expect(await inspects()).toEqual([]);
  }, 60_000);

  it('fails with what Compose said when it cannot start', async () => {
    await write(web('1', 'entrypoint: [/no/such/program]'));
    const first = await begin();
    await expect(replace(first)).rejects.toMatchObject({
      type: 'StepFailed',
      message: expect.stringContaining('/no/such/program') as unknown,
    });
    await takeBack(first);
    expect(await inspects()).toEqual([]);
  }, 60_000);
});

describe('a replace step', () => {
  const STUBBORN = 'command: [sh, -c, "sleep 1000"]';

  /** A stack whose old container takes its three seconds to stop, and a run that is about to replace it. */
  async function slowReplacement(): Promise<{ deployment: Deployment; step: Step }> {
    await write(web('1', STUBBORN));
    await up();
    await write(web('2', STUBBORN));
    const deployment = await begin();
    return { deployment, step: await stepFor(deployment.frozen, 'web') };
  }

  async function child(deployment: Deployment): Promise<number> {
    const trace = path.join(deployment.run.folder, 'children', 'replace-web', 'process');
    await eventually('the old container is being replaced', async () => (await inspects()).length === 2);
    return Number((await readFile(trace, 'utf8')).split(' ')[0]);
  }

  it('finishes although its Compose is killed', async () => {
    const { deployment, step } = await slowReplacement();
    const replacing = deployment.run.take(replaceService, { frozen: deployment.frozen, step });
    process.kill(-(await child(deployment)), 'SIGKILL');
    const { containers } = await replacing;
    const container = await only();
    expect(containers).toEqual([container.Id]);
    expect(container.Name).toBe(`/${stack}-web-1`);
    expect(versionOf(container)).toBe('VERSION=2');
  }, 60_000);

  it('waits for the Compose of an earlier attempt, and takes what that made', async () => {
    const { deployment, step } = await slowReplacement();
    const first = deployment.run.take(replaceService, { frozen: deployment.frozen, step });
    await child(deployment);
    const second = deployment.run.take(replaceService, { frozen: deployment.frozen, step });
    expect(await second).toEqual(await first);
    expect(await readdir(path.join(deployment.run.folder, 'children'))).toEqual(['replace-web']);
  }, 60_000);
});

describe('a Compose that was killed in mid-replace', () => {
  const extras = `${ANONYMOUS}\nsecrets: [key]\ncommand: [sh, -c, "sleep 1000"]`;
  const tail = '\nsecrets: { key: { environment: KEY } }\n';
  let before: ContainerInspect;
  let normalBefore: unknown[];
  let deployment: Deployment;

  /** Starts version 2 by hand and kills Compose while it waits for the old container to stop. */
  beforeEach(async () => {
    await write(web('1', extras) + tail, 'one');
    const first = await begin();
    await replace(first);
    await record(first, 'web');
    before = await only();
    normalBefore = await normal();

    await write(web('2', extras) + tail, 'two');
    deployment = await begin();
    const { composeFile } = await openFrozen(host.world.layout, stack, deployment.frozen.folder);
    const compose = spawn(
      'docker',
      ['compose', '-f', composeFile, '-p', stack, '--project-directory', directory, 'up', '-d', '--no-deps', 'web'],
      {
        env: { ...process.env, KEY: 'two' },
        stdio: 'ignore',
        detached: true,
      },
    );
    await eventually('Compose has made the new container', async () => (await inspects()).length === 2);
    process.kill(-compose.pid!, 'SIGKILL');
    await eventually(
      'the old container has stopped',
      async () => !(await inspects()).some(({ State }) => State.Running),
    );
    expect((await inspects()).map(({ Name }) => Name)).toContain(`/${before.Id.slice(0, 12)}_${stack}-web-1`);
  }, 60_000);

  async function isWhole(secret: string, version: string): Promise<void> {
    const container = await only();
    expect(container.Name).toBe(`/${stack}-web-1`);
    expect(versionOf(container)).toBe(`VERSION=${version}`);
    expect(volumeAt(container, '/anonymous')).toBe(volumeAt(before, '/anonymous'));
    expect(await docker(['exec', container.Id, 'cat', '/run/secrets/key'])).toBe(secret);
  }

  it('is followed by one that finishes, while the old container exists', async () => {
    await replace(deployment, 'web', { replaces: [before.Id] });
    await isWhole('two', '2');
  }, 60_000);

  it('is followed by one that finishes, when the old container is gone', async () => {
    await docker(['rm', before.Id]);
    await replace(deployment, 'web', { replaces: [before.Id] });
    await isWhole('two', '2');
  }, 60_000);

  it('is taken back by starting the old container', async () => {
    await takeBack(deployment);
    expect((await only()).Id).toBe(before.Id);
    await isWhole('one', '1');
    expect(await normal()).toEqual(normalBefore);
  }, 60_000);

  it('is taken back by making the old container again, when it is gone', async () => {
    await docker(['rm', before.Id]);
    await takeBack(deployment);
    await isWhole('one', '1');
    expect(await normal()).toEqual(normalBefore);
  }, 60_000);
});
