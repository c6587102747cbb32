import { list, mapping } from '../spec/from-rendered.js';

type Mapping = Record<string, unknown>;

/**
 * What a path of the host is. A folder that holds sockets or pipes, however deep, lets a container talk to what runs outside; of one
 * that could not be looked through whole nobody knows.
 */
export type BindKind = 'file' | 'folder' | 'folder-with-sockets' | 'unseen-folder' | 'socket' | 'device' | 'missing';

/** A path of the host that a service mounts. */
export interface Bind {
  /** As it is on the host. */
  source: string;
  target: string;
  readOnly: boolean;
}

/** The binds of one service of a rendered file. */
export function bindsOf(service: Mapping): Bind[] {
  return list(service['volumes'])
    .map(mapping)
    .filter(({ type }) => type === 'bind')
    .map((mount) => ({
      source: sourceOf(mount),
      target: String(mount['target']),
      readOnly: mount['read_only'] === true,
    }));
}

/** Every path that some service of a rendered file binds, once. */
export function boundPaths(rendered: Mapping): string[] {
  const services = Object.values(mapping(rendered['services'])).map(mapping);
  return [...new Set(services.flatMap((service) => bindsOf(service).map(({ source }) => source)))];
}

/** A rendered file is interpolated once more by whoever reads it, so that a dollar sign stands there twice. */
export function sourceOf(mount: Mapping): string {
  return String(mount['source']).replaceAll('$$', '$');
}

/** The contrary of `sourceOf`. */
export function written(path: string): string {
  return path.replaceAll('$', '$$$$');
}

/** Folders in which the machine keeps sockets, devices and its own state: nothing below them is a service's own. */
const OF_THE_MACHINE = /^\/(?:run|var\/run|dev|proc|sys|var\/lib\/docker|var\/lib\/containerd)(?:\/|$)/;
/** Folders that hold one of those. */
const ABOVE_THEM = /^\/(?:var(?:\/lib)?)?\/*$/;
const SOCKET = /\.sock$/;

/** Why a bind keeps its service off a twin, or undefined where it does not: a socket or a device answers for the live machine. */
export function boundOutside({ source, readOnly }: Bind, kind: BindKind): string | undefined {
  if (kind === 'device') return `binds the device ${source}`;
  if (kind === 'socket' || SOCKET.test(source)) return `binds the socket ${source}`;
  if (kind === 'folder-with-sockets') return `binds ${source}, which holds sockets`;
  // What may be written to is a fresh volume on the twin, with no socket in it.
  if (kind === 'unseen-folder' && readOnly) return `binds ${source}, which cannot be looked through for sockets`;
  if (ABOVE_THEM.test(source) || isOfTheMachine(source, kind)) return `binds ${source} of the machine`;
  return undefined;
}

/** Single files there, such as a link to the clock, are as good as anywhere. */
function isOfTheMachine(source: string, kind: BindKind): boolean {
  const inside = OF_THE_MACHINE.exec(source);
  return inside !== null && (kind !== 'file' || inside[0] === source);
}
