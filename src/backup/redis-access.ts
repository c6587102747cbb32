import type { ContainerInspect } from '../docker/engine.js';

/** How a client gets into the server of a container. */
export interface RedisAccess {
  /** Only where the command line of the container says it; secret. */
  password?: string;
  /** The configuration file within the container that its command names. */
  config: string;
}

/** Reads the container's own command line: a password may stand there, or in a configuration file that it names. */
export function redisAccess({ Config }: Pick<ContainerInspect, 'Config'>): RedisAccess {
  const words = [...wordsOf(Config.Entrypoint), ...wordsOf(Config.Cmd)].flatMap((word) => word.trim().split(/\s+/));
  const at = words.findIndex((word) => word === '--requirepass');
  const written = at === -1 ? undefined : words[at + 1]?.replace(/^(["'])(.*)\1$/, '$2');
  const password = written === undefined ? undefined : valueOf(written, Config.Env ?? []);
  const config = words.find((word) => /^\/\S+\.conf$/.test(word)) ?? '';
  return { ...(password === undefined || password === '' ? {} : { password }), config };
}

/** What a shell of the container would make of it. */
function valueOf(written: string, environment: string[]): string | undefined {
  const [, braced, plain] = /^["']?\$(?:\{(\w+)[^}]*\}|(\w+))["']?$/.exec(written) ?? [];
  const name = braced ?? plain;
  if (name === undefined) return written;
  return environment.find((line) => line.startsWith(`${name}=`))?.slice(name.length + 1);
}

function wordsOf(command: string | string[] | null | undefined): string[] {
  return typeof command === 'string' ? [command] : (command ?? []);
}
