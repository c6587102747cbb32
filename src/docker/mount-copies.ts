import { isMap, isScalar, isSeq, parseDocument, type Document } from 'yaml';
import type { ContainerInspect } from './engine.js';

/** Kept copies by the host's path that they stand in for. Absolute paths. */
export type Copies = Record<string, string>;

/**
 * A rendered Compose file in which one service mounts kept copies in place of files that have changed: bound files, and
 * the files behind secrets and configs.
 */
export function mountCopiesInCompose(text: string, service: string, copies: Copies): string {
  const document = parseDocument(text);
  const mounts = document.getIn(['services', service, 'volumes'], true);
  if (isSeq(mounts)) {
    for (const mount of mounts.items) {
      if (isMap(mount) && mount.get('type') === 'bind') replaceAt(mount, 'source', copies);
    }
  }
  for (const kind of ['secrets', 'configs']) replaceFiles(document, kind, copies);
  return document.toString({ lineWidth: 0 });
}

function replaceFiles(document: Document, kind: string, copies: Copies): void {
  const sources = document.get(kind, true);
  if (!isMap(sources)) return;
  for (const { value } of sources.items) if (isMap(value)) replaceAt(value, 'file', copies);
}

function replaceAt(
  map: { get(key: string): unknown; set(key: string, value: unknown): void },
  key: string,
  copies: Copies,
) {
  const value = map.get(key);
  const path = isScalar(value) ? value.value : value;
  // Compose interpolates the file once more, so a dollar sign has to be doubled.
  if (typeof path === 'string' && copies[path.replaceAll('$$', '$')] !== undefined) {
    map.set(key, copies[path.replaceAll('$$', '$')]!.replaceAll('$', '$$$$'));
  }
}

/** The same for a container that is made again from its inspect. */
export function mountCopiesInInspect(inspect: ContainerInspect, copies: Copies): ContainerInspect {
  const { Binds, Mounts } = inspect.HostConfig;
  return {
    ...inspect,
    HostConfig: {
      ...inspect.HostConfig,
      ...(Binds ? { Binds: Binds.map((bind) => replaceInBind(bind, copies)) } : {}),
      ...(Mounts
        ? {
            Mounts: Mounts.map((mount) =>
              mount.Type === 'bind' ? { ...mount, Source: copies[mount.Source] ?? mount.Source } : mount,
            ),
          }
        : {}),
    },
  };
}

/** `<source>:<target>[:<options>]`. */
function replaceInBind(bind: string, copies: Copies): string {
  const source = Object.keys(copies).find((path) => bind.startsWith(`${path}:`));
  return source === undefined ? bind : `${copies[source]}${bind.slice(source.length)}`;
}
