import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { ActivityCancellationDetails } from '@temporalio/common';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { buildImages } from '../../activities/build-images.js';
import { captureStack } from '../../activities/capture-stack.js';
import { freezeConfig } from '../../activities/freeze-config.js';
import { pullImage } from '../../activities/pull-image.js';
import { restoreTags } from '../../activities/restore-tags.js';
import { callComposeDirectly } from '../../src/docker/compose-command.js';
import { dockerEnvironment } from '../../src/docker/compose-environment.js';
import { isAnyAtWork } from '../../src/docker/end-children.js';
import type { FrozenRef } from '../../src/spec/stack-spec.js';
import { addStack } from '../../src/store/registry.js';
import { startDockerProxy } from '../support/docker-proxy.js';
import { eventually } from '../support/eventually.js';
import { HostWorld, type Run } from '../support/host-world.js';
import { removeImagesOf } from '../support/images-of-project.js';

let host: HostWorld;
let run: Run;
let stack: string;
let directory: string;
let image: string;

beforeEach(async () => {
  host = await HostWorld.make();
  stack = `ek-test-build-${randomBytes(3).toString('hex')}`;
  directory = await mkdtemp(path.join(os.tmpdir(), `${stack}-`));
  image = `${stack}-web`;
  run = await host.run(stack);
});

afterEach(async () => {
  await removeImagesOf(stack);
  await rm(directory, { recursive: true, force: true });
  await host.remove();
});

async function freeze(dockerfile: string, compose = 'services: { web: { build: . } }'): Promise<FrozenRef> {
  await writeFile(path.join(directory, 'Dockerfile'), dockerfile);
  await writeFile(path.join(directory, 'compose.yaml'), compose);
  const entry = { name: stack, directory, files: [], envFiles: [], profiles: [], capturedEnv: [] };
  await addStack(host.world.layout, { ...entry, addedAt: new Date().toISOString() }, {});
  const { frozen, findings } = await run.take(freezeConfig, { services: [], pull: false });
  if (!frozen) throw new Error(JSON.stringify(findings));
  return frozen;
}

async function build(frozen: FrozenRef) {
  const [made] = await run.take(buildImages, { frozen, services: ['web'], noCache: false, pull: false });
  return made!;
}

async function children(): Promise<string[]> {
  return (await readdir(path.join(run.folder, 'children'))).sort();
}

describe('buildImages', () => {
  it('builds from the frozen configuration, and is read when it is asked again', async () => {
    const frozen = await freeze('FROM evenkeel-test/web:1\nENV BUILT=1\n');
    const made = await build(frozen);
    expect(made).toMatchObject({ ref: image, id: await host.world.engine.imageId(image) });
    expect(await build(frozen)).toMatchObject({ id: made.id });
    expect(await children()).toEqual(['build-web']);
  }, 60_000);

  it('fails with the last lines, and leaves every tag as it was', async () => {
    const frozen = await freeze('FROM evenkeel-test/web:1\nRUN echo the compiler says no && exit 7\n');
    const capture = await run.take(captureStack, { frozen });
    const failure = await build(frozen).catch((error: unknown) => error as { details: { excerpt: string[] }[] });
    expect(failure).toMatchObject({ type: 'StepFailed', message: expect.stringContaining('exit code: 7') as unknown });
    expect((failure as { details: { excerpt: string[] }[] }).details[0]?.excerpt.join('\n')).toContain(
      'the compiler says no',
    );
    await run.take(restoreTags, { capture });
    expect(await host.world.engine.imageId(image)).toBeNull();
  }, 60_000);

  it('may be tried again where the engine was not heard when it was asked for its builder', async () => {
    const frozen = await freeze('FROM evenkeel-test/web:1\nENV BUILT=1\n');
    const proxy = await startDockerProxy();
    try {
      Object.assign(host.world, { env: { ...process.env, DOCKER_HOST: proxy.dockerHost } });
      proxy.add({ when: /^POST \/grpc/, fault: { kind: 'reset' } });
      await expect(build(frozen)).rejects.toMatchObject({ name: 'Weather' });
      expect((await build(frozen)).id).toBe(await host.world.engine.imageId(image));
      expect(await children()).toEqual(['build-web', 'build-web@2']);
    } finally {
      await proxy.close();
    }
  }, 60_000);

  it('begins again when its child was killed', async () => {
    const frozen = await freeze('FROM evenkeel-test/web:1\nRUN sleep 3\n');
    const building = build(frozen);
    const trace = path.join(run.folder, 'children', 'build-web', 'process');
    await eventually('the build has begun', async () => (await readFile(trace, 'utf8').catch(() => '')) !== '');
    process.kill(-Number((await readFile(trace, 'utf8')).split(' ')[0]), 'SIGKILL');
    expect((await building).id).toBe(await host.world.engine.imageId(image));
    expect(await children()).toEqual(['build-web', 'build-web@2']);
  }, 60_000);

  it('is ended by the undo where it has outlived its attempt', async () => {
    const frozen = await freeze('FROM evenkeel-test/web:1\nRUN sleep 60\n');
    const capture = await run.take(captureStack, { frozen });
    const environment = run.environment();
    const args = { ...run.turn, frozen, services: ['web'], noCache: false, pull: false };
    const building = environment.run(buildImages(host.world), args);
    const folder = path.join(run.folder, 'children', 'build-web');
    const written = (file: string) => readFile(path.join(folder, file), 'utf8').catch(() => '');
    await eventually('the build sleeps', async () => /sleep 60/.test(await written('output.log')));
    environment.cancel('NOT_FOUND', new ActivityCancellationDetails({ notFound: true }));
    await expect(building).rejects.toThrow('NOT_FOUND');
    expect(await written('exit-code')).toBe('');
    await run.take(restoreTags, { capture });
    expect(await isAnyAtWork(path.dirname(folder))).toBe(false);
    // An attempt that has not heard of it yet finds what was ended, and begins no other.
    await expect(build(frozen)).rejects.toThrow(/building web|has taken its images back/);
    expect(await children()).toEqual(['build-web']);
    expect(await host.world.engine.imageId(image)).toBeNull();
  }, 60_000);

  it('ends its child on abort', async () => {
    const frozen = await freeze('FROM evenkeel-test/web:1\nRUN sleep 60\n');
    const environment = run.environment();
    const args = { ...run.turn, frozen, services: ['web'], noCache: false, pull: false };
    const building = environment.run(buildImages(host.world), args);
    const output = path.join(run.folder, 'children', 'build-web', 'output.log');
    await eventually('the build sleeps', async () => /sleep 60/.test(await readFile(output, 'utf8').catch(() => '')));
    environment.cancel();
    await expect(building).rejects.toThrow(/cancel/i);
    expect(await children()).toEqual(['build-web']);
  }, 60_000);

  describe('of several services', () => {
    const threeWith = (baseOfApi: string): string => `services:
  api: { build: { context: ., args: { OF: api, BASE: "${baseOfApi}" } } }
  web: { build: { context: ., args: { OF: web, BASE: "web:1" } } }
  worker: { build: { context: ., args: { OF: worker, BASE: "web:1" } } }
`;
    const THREE = threeWith('web:1');
    const buildAll = (frozen: FrozenRef) =>
      run.take(buildImages, { frozen, services: ['api', 'web', 'worker'], noCache: false, pull: false });

    beforeAll(() => callComposeDirectly(dockerEnvironment(process.env)));

    it('is one call of Compose', async () => {
      const frozen = await freeze('FROM evenkeel-test/web:1\nARG OF\nENV OF=$OF\n', THREE);
      const made = await buildAll(frozen);
      expect(made.map(({ ref }) => ref)).toEqual(['api', 'web', 'worker'].map((name) => `${stack}-${name}`));
      for (const { ref, id } of made) expect(await host.world.engine.imageId(ref)).toBe(id);
      expect(await buildAll(frozen)).toMatchObject(made.map(({ id }) => ({ id })));
      expect(await children()).toEqual(['build-api%2Bweb%2Bworker']);
    }, 60_000);

    it.each([
      ['a step of its', 'web', THREE, 'RUN test "$OF" != web || (echo the compiler says no && exit 7)', /exit code: 7/],
      ['a base image', 'api', threeWith('none:1'), 'ENV OF=$OF', /evenkeel-test\/none/],
    ])(
      'names the one that fails in %s',
      async (_, service, three, line, reason) => {
        const frozen = await freeze(`ARG BASE\nFROM evenkeel-test/$BASE\nARG OF\n${line}\n`, three);
        const capture = await run.take(captureStack, { frozen });
        await expect(buildAll(frozen)).rejects.toMatchObject({
          type: 'StepFailed',
          message: expect.stringMatching(new RegExp(`^building ${service}: .*${reason.source}`)) as unknown,
          details: [{ service }],
        });
        await run.take(restoreTags, { capture });
        expect(await host.world.engine.imageId(`${stack}-api`)).toBeNull();
      },
      120_000,
    );
  });
});

describe('pullImage', () => {
  it('fails when there is no such image', async () => {
    const frozen = await freeze('', 'services: { web: { image: "127.0.0.1:1/none:1" } }');
    await expect(run.take(pullImage, { frozen, service: 'web' })).rejects.toThrow(/127\.0\.0\.1:1\/none:1/);
  }, 60_000);
});
