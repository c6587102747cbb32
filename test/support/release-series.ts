import { readdir, stat } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import { stackFolder } from '../../src/store/layout.js';
import { docker } from './docker-cli.js';
import { type DockerProxy } from './docker-proxy.js';
import type { TestStack } from './test-stack.js';

/** What a stack takes up on the disk, and the engine as a whole. Bytes. */
export interface DiskUse {
  /** Images that were built for the stack, named or not. */
  images: number;
  /** What they have beyond the image that all of them are made from. */
  imageBytes: number;
  /** What is kept of releases, and evidence of runs: the stack's state folder. */
  releaseBytes: number;
  runBytes: number;
  /** All layers on the engine, and its build cache as far as no image has it. Other tests are in it. */
  engineBytes: number;
  cacheBytes: number;
}

/** Deploys one release after the other, each with an image of its own; `onEach` is told when one serves. */
export async function deploySeries(
  stack: TestStack,
  { from, to, variables = '' }: { from: number; to: number; variables?: string },
  onEach: (release: number) => Promise<void> = async () => undefined,
): Promise<void> {
  for (let release = from; release <= to; release += 1) {
    await stack.write('.env', `RELEASE=${release}\n${variables}`);
    const end = await stack.deploy();
    if (end.type !== 'succeeded') throw new Error(`release ${release}: ${end.type}: ${end.message}`);
    const warnings = end.result!.warnings.filter(({ rule }) => rule === 'not-let-go');
    if (warnings.length > 0) throw new Error(`release ${release}: ${JSON.stringify(warnings)}`);
    await onEach(release);
  }
}

export async function diskUse({ name, world }: TestStack, base: string): Promise<DiskUse> {
  const ids = await builtImages(name);
  const own = await Promise.all(ids.map(bytesOfImage));
  const all = await systemUse();
  const home = stackFolder({ home: world.stateFolder, lockDir: '' }, name);
  const runs = await bytesBelow(path.join(home, 'runs'));
  return {
    images: ids.length,
    imageBytes: own.reduce((sum, bytes) => sum + bytes, 0) - ids.length * (await bytesOfImage(base)),
    releaseBytes: await bytesBelow(path.join(home, 'releases')),
    runBytes: runs,
    engineBytes: all.LayersSize,
    cacheBytes: (all.BuildCache ?? []).filter(({ Shared }) => !Shared).reduce((sum, { Size }) => sum + Size, 0),
  };
}

/** Ids of the images that Compose has built for a project, those without a name included. */
export async function builtImages(project: string): Promise<string[]> {
  const label = `label=com.docker.compose.project=${project}`;
  const listed = await docker(['images', '--no-trunc', '-q', '--filter', label]);
  return [...new Set(listed.split('\n').filter((id) => id !== ''))];
}

/** From now on nothing can be built or pulled through this proxy. */
export function takeAwayBuilderAndRegistry(proxy: DockerProxy): void {
  const fault = { kind: 'answer', status: 500, message: 'out of reach' } as const;
  proxy.add({ when: /^POST \/(build|session|grpc|images\/create)\b/, fault, times: Infinity });
}

async function bytesOfImage(image: string): Promise<number> {
  return Number(await docker(['image', 'inspect', '-f', '{{.Size}}', image]));
}

interface SystemUse {
  LayersSize: number;
  BuildCache: { Size: number; Shared: boolean }[] | null;
}

async function systemUse(): Promise<SystemUse> {
  return new Promise((resolve, reject) => {
    const request = http.get({ socketPath: '/var/run/docker.sock', path: '/system/df' }, (reply) => {
      let text = '';
      reply.on('data', (chunk: Buffer) => (text += chunk.toString()));
      reply.on('end', () => resolve(JSON.parse(text) as SystemUse));
    });
    request.on('error', reject);
  });
}

async function bytesBelow(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    },
  );
  const sizes = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) =>
        stat(path.join(entry.parentPath, entry.name)).then(
          ({ size }) => size,
          () => 0,
        ),
      ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
