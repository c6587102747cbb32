import { access, mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import type { Collected } from '../../../activities/activities.js';
import { collectReleases } from '../../../activities/collect-releases.js';
import type { World } from '../../../activities/world.js';
import { readGoldenHistory } from '../../../scripts/histories/golden-history.js';
import { EngineAway, EngineRefused } from '../../../src/docker/engine.js';
import type { ReleasesPolicy } from '../../../src/spec/releases-policy.js';
import type { StackSpec } from '../../../src/spec/stack-spec.js';
import { writeCapture } from '../../../src/store/captures.js';
import { readCollection } from '../../../src/store/collections.js';
import { takeEpoch } from '../../../src/store/epoch.js';
import { writeFrozen } from '../../../src/store/frozen.js';
import { runFolder, stackFolder } from '../../../src/store/layout.js';
import { noteNaming } from '../../../src/store/named-images.js';
import { writePrivate } from '../../../src/store/private-file.js';
import { appendRelease, keepFrozen, readReleases, type ReleasedService } from '../../../src/store/releases.js';

/** Names of images by id, and who is used by a container. */
let images: Record<string, { tags: string[]; digests?: string[]; used?: boolean }>;
let mounted: string[];
let cachePruned: number[];
/** What the engine does instead of taking a name away, once. */
let refusal: Error | undefined;
let rollbacks: object[];
let probation: object | undefined;
let folder: string;
let world: World;

const own = { workflowId: 'deploy', runId: 'own' };

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'ek-collect-'));
  [images, mounted, cachePruned, refusal, rollbacks, probation] = [{}, [], [], undefined, [], undefined];
  world = {
    host: 'here',
    layout: { home: path.join(folder, 'state'), lockDir: path.join(folder, 'locks') },
    engine: {
      id: async () => 'engine',
      mountedPaths: async () => mounted,
      imageNames: async (id: string) => images[id] && { digests: [], ...images[id] },
      untagUnused: async (name: string) => {
        const failed = refusal;
        refusal = undefined;
        if (failed) throw failed;
        const [id, image] = Object.entries(images).find(([, { tags }]) => tags.includes(name)) ?? [];
        if (!id || !image) return true;
        const isLast = image.tags.length === 1 && (image.digests ?? []).length === 0;
        if (isLast && image.used) return false;
        image.tags = image.tags.filter((tag) => tag !== name);
        if (isLast) delete images[id];
        return true;
      },
      removeUnused: async (id: string) => {
        if (images[id]?.used) return false;
        delete images[id];
        return true;
      },
      pruneBuildCache: async (bytes: number) => cachePruned.push(bytes),
    },
    temporal: {
      workflow: {
        getHandle: (workflowId: string, runId: string) => ({
          describe: async () => {
            const isClosed = workflowId.startsWith('probation/') && !probation;
            return { status: { name: isClosed ? 'COMPLETED' : 'RUNNING' }, runId: 'own', raw: {} };
          },
          fetchHistory: async () => historyOf(workflowId === 'rollback' ? rollbacks[Number(runId)]! : probation!),
        }),
        list: async function* () {
          for (const [index] of rollbacks.entries()) yield { workflowId: 'rollback', runId: String(index) };
        },
      },
    },
  } as unknown as World;
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function historyOf(input: object) {
  const history = JSON.parse(readGoldenHistory('rollback-succeeded')) as {
    events: [Record<string, { input: unknown }>];
  };
  const data = Buffer.from(JSON.stringify(input)).toString('base64');
  const metadata = { encoding: Buffer.from('json/plain').toString('base64') };
  history.events[0]['workflowExecutionStartedEventAttributes']!.input = { payloads: [{ metadata, data }] };
  return historyFromJSON(history);
}

/** Services of a release: image, its reference, and what it shares with an earlier one. */
type Kept = Record<string, { id: string; ref?: string; frozen?: string; copies?: string[] }>;

/** Appends a release whose images are pinned, and whose files are there. */
async function release(services: Kept): Promise<void> {
  const runId = `run-${(await readReleases(world.layout, 'shop')).length + 1}`;
  const frozen = path.join(folder, 'frozen');
  await writePrivate(path.join(frozen, 'compose.yaml'), 'services: {}');
  await appendRelease(world.layout, 'shop', { kind: 'deployed', workflowId: 'deploy', runId }, async (draft) => {
    const place = await keepFrozen(frozen, draft);
    const kept = Object.entries(services).map(([name, service]) => {
      const pin = `evenkeel/shop/${name}:${draft.id}`;
      (images[service.id] ??= { tags: [] }).tags.push(pin);
      return [
        name,
        released({ frozen: place, copies: [], ref: `shop-${name}`, ...service }, { name, draft: draft.id, pin }),
      ];
    });
    for (const name of Object.keys(services)) {
      await writePrivate(path.join(draft.folder, 'inspect', `${name}-1.json`), '{}');
      await writePrivate(path.join(draft.folder, 'files', `${name}-1`, 'bound-0'), 'x');
    }
    return { at: '2026-01-01T00:00:00.000Z', services: Object.fromEntries(kept) as Record<string, ReleasedService> };
  });
}

function released(
  { id, ref, frozen, copies }: Required<Kept[string]>,
  { name, draft, pin }: { name: string; draft: string; pin: string },
): ReleasedService {
  const bound = copies.map((copy) => ({ target: '/c', source: '/c', copy, hash: 'h', mode: 0o600, uid: 0, gid: 0 }));
  const inspect = path.join('releases', draft, 'inspect', `${name}-1.json`);
  return {
    ...{
      state: 'running',
      scale: 1,
      imageRef: ref,
      imageId: id,
      pin,
      configHash: 'c',
      contentHashes: {},
      method: 'compose',
    },
    frozen,
    containers: [
      { id: name, name, number: 1, state: 'running', imageId: id, pin, inspect, bound, copied: [], volumes: [] },
    ],
  };
}

/** One run collects; its configuration keeps so many releases and builds what it names, or not. */
async function collect(releases: Partial<ReleasesPolicy> = {}, services: object = {}): Promise<Collected> {
  const place = path.join(stackFolder(world.layout, 'shop'), 'runs', 'own', 'frozen');
  const policy = { releases: { keep: 1, buildCacheBytes: 1000, ...releases } };
  const spec = { project: 'shop', services, policy } as unknown as StackSpec;
  await writeFrozen(place, { yaml: '', spec, directory: '/', secrets: {}, secretValues: [] });
  const { epoch } = await takeEpoch(world.layout, 'shop', own, new Date());
  const environment = new MockActivityEnvironment({ workflowExecution: own }, { logger: new DefaultLogger('ERROR') });
  const args = { stack: 'shop', epoch, frozen: { folder: 'runs/own/frozen' } };
  return (await environment.run(collectReleases(world), args)) as Collected;
}

async function notes(): Promise<(boolean | undefined)[]> {
  const releases = await readReleases(world.layout, 'shop');
  const found = await Promise.all(releases.map(({ id }) => readCollection(world.layout, 'shop', id)));
  return found.map((collection) => collection?.complete);
}

async function filesOf(id: string): Promise<string[]> {
  const place = path.join(stackFolder(world.layout, 'shop'), 'releases', id);
  const entries = await readdir(place, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(place, path.join(entry.parentPath, entry.name)))
    .sort();
}

describe('letting releases go', () => {
  it('takes their images and files away and leaves their records, once and again', async () => {
    for (const id of ['a', 'b', 'c', 'd']) await release({ api: { id } });
    images['d']!.tags.push('shop-api:latest');
    expect(await collect()).toEqual({ releases: ['1', '2'], cacheBytes: 0, findings: [] });
    expect(images).toEqual({
      c: { tags: ['evenkeel/shop/api:3'] },
      d: { tags: ['evenkeel/shop/api:4', 'shop-api:latest'] },
    });
    expect(await filesOf('1')).toEqual(['collected.json', 'release.json']);
    expect(await filesOf('3')).toHaveLength(4);
    expect(await notes()).toEqual([true, true, undefined, undefined]);
    expect(await collect()).toEqual({ releases: [], cacheBytes: 0, findings: [] });
  });

  it('goes on where an attempt has died', async () => {
    for (const id of ['a', 'b', 'c', 'd']) await release({ api: { id } });
    refusal = new EngineAway('Docker does not answer');
    await expect(collect()).rejects.toThrow('does not answer');
    expect(await notes()).toEqual([false, false, undefined, undefined]);
    expect(await collect()).toMatchObject({ releases: [] });
    expect(Object.keys(images)).toEqual(['c', 'd']);
    expect(await notes()).toEqual([true, true, undefined, undefined]);
  });

  it('leaves what a container uses or mounts for a later run', async () => {
    for (const id of ['a', 'b', 'c']) await release({ api: { id } });
    images['a']!.used = true;
    mounted = [path.join(stackFolder(world.layout, 'shop'), 'releases/1/files/api-1/bound-0')];
    await collect();
    expect(images['a']?.tags).toEqual(['evenkeel/shop/api:1']);
    expect(await filesOf('1')).toEqual(['collected.json', 'files/api-1/bound-0', 'release.json']);
    expect(await notes()).toEqual([false, undefined, undefined]);
    delete images['a']!.used;
    mounted = [];
    await collect();
    expect(images['a']).toBeUndefined();
    expect(await notes()).toEqual([true, undefined, undefined]);
  });

  it('leaves what a kept release leads to', async () => {
    await release({ api: { id: 'a' }, db: { id: 'p' } });
    const db = { id: 'p', frozen: 'releases/1/frozen', copies: ['releases/1/files/db-1/bound-0'] };
    await release({ api: { id: 'b' }, db });
    await release({ api: { id: 'c' }, db });
    await collect();
    expect(await filesOf('1')).toEqual(['collected.json', 'files/db-1/bound-0', 'frozen/compose.yaml', 'release.json']);
    expect(images['p']?.tags).toEqual(['evenkeel/shop/db:2', 'evenkeel/shop/db:3']);
  });

  it('removes a version that a run of ours brought and nobody else names', async () => {
    const brought = async (id: string, run: string, ref: string, before: string | null): Promise<void> => {
      const place = runFolder(world.layout, 'shop', 'deploy', run);
      await noteNaming(place, { reference: ref, imageId: id });
      const capture = {
        epoch: 1,
        frozen: 'f',
        containers: {},
        sick: [],
        networks: [],
        volumes: [],
        tags: { [ref]: before },
      };
      await writeCapture(world.layout, 'shop', path.join('runs', 'deploy', run, 'capture'), capture);
      images[id]!.tags.push(ref);
    };
    await release({
      app: { id: 'a', ref: 'app:1' },
      foreign: { id: 'f', ref: 'f:1' },
      before: { id: 'b', ref: 'b:1' },
    });
    await release({ app: { id: 'moved', ref: 'docker.io/library/redis' }, named: { id: 'n', ref: 'n:1' } });
    await release({ app: { id: 'x' } });
    await release({ app: { id: 'y' } });
    await brought('a', 'run-1', 'app:1', null);
    await brought('b', 'run-1', 'b:1', 'something');
    images['f']!.tags.push('f:1');
    await brought('moved', 'run-2', 'docker.io/library/redis', 'something');
    images['moved'] = { tags: ['evenkeel/shop/app:2'], digests: ['redis@sha256:1'] };
    await brought('n', 'run-2', 'n:1', null);
    images['n']!.tags.push('somebody/else:1');
    await collect();
    expect(Object.keys(images).sort()).toEqual(['b', 'f', 'n', 'x', 'y']);
    expect(images['n']?.tags).toEqual(['n:1', 'somebody/else:1']);
  });

  it('keeps the version that the configuration names again', async () => {
    await release({ app: { id: 'a', ref: 'app:1' } });
    await release({ app: { id: 'b' } });
    await release({ app: { id: 'c' } });
    await noteNaming(runFolder(world.layout, 'shop', 'deploy', 'run-1'), { reference: 'app:1', imageId: 'a' });
    images['a']!.tags.push('app:1');
    await collect({}, { later: { image: 'app:1' } });
    expect(images['a']?.tags).toEqual(['app:1']);
  });

  it('leaves the release that a waiting rollback goes to, or that is being watched', async () => {
    for (const id of ['a', 'b', 'c', 'd', 'e']) await release({ api: { id } });
    probation = { stack: 'shop', release: '3' };
    rollbacks = [{ stack: 'shop', to: '1' }, { stack: 'other', to: '2' }, { stack: 'shop' }];
    expect(await collect()).toMatchObject({ releases: ['2'] });
    await access(path.join(stackFolder(world.layout, 'shop'), 'releases', '1', 'frozen', 'compose.yaml'));
  });

  it('caps the build cache where the stack builds, unless that is to be left alone', async () => {
    await release({ api: { id: 'a' } });
    const builds = { api: { image: 'shop-api', build: { context: '/' } } };
    await collect({}, { api: { image: 'shop-api' } });
    await collect({ buildCacheBytes: 'off' }, builds);
    expect(cachePruned).toEqual([]);
    expect(await collect({}, builds)).toMatchObject({ cacheBytes: 1 });
    expect(cachePruned).toEqual([1000]);
  });

  it('leaves a cache to the next run that is not looked through in time', async () => {
    await release({ api: { id: 'a' } });
    world.engine.pruneBuildCache = async () => {
      throw new EngineAway('no answer');
    };
    const builds = { api: { image: 'shop-api', build: { context: '/' } } };
    expect(await collect({}, builds)).toMatchObject({ cacheBytes: 0, findings: [] });
  });

  it('says what Docker refuses, and goes on with the rest', async () => {
    for (const id of ['a', 'b', 'c', 'd']) await release({ api: { id } });
    refusal = new EngineRefused(500, 'layers are in disorder');
    const { findings } = await collect();
    expect(findings).toMatchObject(
      [{ rule: 'not-let-go', severity: 'warning', message: /release 1.*in disorder/ }].map(({ message, ...rest }) => ({
        ...rest,
        message: expect.stringMatching(message) as unknown,
      })),
    );
    expect(Object.keys(images)).toEqual(['a', 'c', 'd']);
    expect(await notes()).toEqual([false, true, undefined, undefined]);
  });
});
