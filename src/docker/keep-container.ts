import { chmod, chown } from 'node:fs/promises';
import path from 'node:path';
import { isUp, type ObservedContainer } from '../plan/observed-stack.js';
import { writeJson, writePrivate } from '../store/private-file.js';
import type { KeptContainer, KeptFile, ReleaseDraft, ServiceState } from '../store/releases.js';
import { readBoundFile } from './bound-file.js';
import { keyedHash } from './content-hashes.js';
import { copiedIn } from './copied-in.js';
import type { ContainerInspect, Engine } from './engine.js';
import { anonymousVolumes } from './joined-containers.js';
import { fileInTar, type FileContent } from './tar-file.js';

/** Where containers are kept, and the host's key for hashes of contents. */
export interface Keeping {
  engine: Engine;
  draft: ReleaseDraft;
  key: Buffer;
}

/**
 * Keeps all of a container that is needed to make it again without the files it was made from: its inspect, the content
 * of the single files it mounts, and the files that were copied into it. Everything lands in the draft of a release, for
 * its owner only. Throws when the container goes away meanwhile.
 *
 * `known` is what an earlier release kept of the very same container. It stays valid, and is truer than a second look: a
 * bound file that was edited in place since shows content that the container was not started with.
 */
export async function keepContainer(
  { engine, draft, key }: Keeping,
  container: ObservedContainer,
  known?: Partial<Pick<KeptContainer, 'bound' | 'copied'>>,
): Promise<KeptContainer> {
  const inspect = await engine.inspect(container.id);
  if (!inspect) throw new Error(`container ${container.name} went away while it was being recorded`);
  const name = `${container.service}-${container.number}`;
  const inspectFile = path.join('inspect', `${name}.json`);
  await writeJson(path.join(draft.folder, inspectFile), inspect);
  return {
    id: container.id,
    name: container.name,
    number: container.number,
    state: stateOf(container, inspect),
    imageId: container.imageId,
    inspect: path.join(draft.place, inspectFile),
    bound: known?.bound ?? (await keepBound({ engine, draft, key }, inspect, path.join('files', name))),
    copied: known?.copied ?? (await keepCopied({ engine, draft, key }, inspect, path.join('files', name))),
    volumes: anonymousVolumes(inspect),
  };
}

function stateOf(container: ObservedContainer, { HostConfig }: ContainerInspect): ServiceState {
  const { state, exitCode } = container;
  if (isUp(container)) return 'running';
  const startsOnce = !['always', 'unless-stopped'].includes(HostConfig.RestartPolicy?.Name ?? '');
  return state === 'exited' && exitCode === 0 && startsOnce ? 'completed' : 'stopped';
}

async function keepBound(keeping: Keeping, inspect: ContainerInspect, folder: string): Promise<KeptFile[]> {
  const kept: KeptFile[] = [];
  for (const { Type, Source, Destination } of inspect.Mounts ?? []) {
    if ((Type as string) !== 'bind') continue;
    const file = await readBoundFile(keeping.engine, inspect, Destination);
    if (!file) continue;
    kept.push({
      source: Source,
      ...(await keepFile(keeping, file, Destination, path.join(folder, `bound-${kept.length}`))),
    });
  }
  return kept;
}

async function keepCopied(keeping: Keeping, inspect: ContainerInspect, folder: string): Promise<KeptFile[]> {
  const kept: KeptFile[] = [];
  for (const target of await copiedIn(keeping.engine, inspect)) {
    const tar = await keeping.engine.readPath(inspect.Id, target);
    const file = tar && (await fileInTar(tar));
    if (file) kept.push(await keepFile(keeping, file, target, path.join(folder, `copied-${kept.length}`)));
  }
  return kept;
}

/** The copy has the owner and the mode of the original, so that it can be mounted in its place; its folder is private. */
async function keepFile({ draft, key }: Keeping, file: FileContent, target: string, place: string): Promise<KeptFile> {
  const { content, mode, uid, gid } = file;
  const copy = path.join(draft.folder, place);
  await writePrivate(copy, content);
  await chown(copy, uid, gid).catch(ignoreNotPermitted);
  await chmod(copy, mode);
  return { target, copy: path.join(draft.place, place), hash: keyedHash(key, content), mode, uid, gid };
}

/** Only root can give a file away; then the mode alone has to do. */
function ignoreNotPermitted(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPERM') throw error;
}
