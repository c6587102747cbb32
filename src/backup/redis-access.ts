import type { ContainerInspect } from '../docker/engine.js';

/** How a client gets into the server of a container. */
export interface RedisAccess {
  /** Only where the command line of the container says it; secret. */
  password?: string;
  /** A user of its access list that the command line names, together with the password; empty: the default one. */
  user: string;
  /** The configuration file within the container that its command names; else empty. */
  config: string;
  /** The same of its access list. */
  aclFile: string;
}

/**
 * Reads the container's own command line: a password may stand there, with or without a user, or in a file that it names.
 */
export function redisAccess({ Config }: Pick<ContainerInspect, 'Config'>): RedisAccess {
  const words = [...wordsOf(Config.Entrypoint), ...wordsOf(Config.Cmd)].flatMap((word) => word.trim().split(/\s+/));
  const after = (flag: string): string | undefined => {
    const at = words.indexOf(flag);
    return at === -1 ? undefined : words[at + 1]?.replace(/^(["'])(.*)\1$/, '$2');
  };
  const listed = userOnList(words);
  const written = listed?.password ?? after('--requirepass');
  const password = written === undefined ? undefined : valueOf(written, Config.Env ?? []);
  const config = words.find((word) => /^\/\S+\.conf$/.test(word)) ?? '';
  return {
    ...(password === undefined || password === '' ? {} : { password }),
    ...{ user: listed?.name ?? '', config, aclFile: after('--aclfile') ?? '' },
  };
}

/** The first user that `--user NAME on … >PASSWORD …` lets in by a password; what it may do, the server tells. */
function userOnList(words: string[]): { name: string; password: string } | undefined {
  for (const [at, word] of words.entries()) {
    if (word !== '--user') continue;
    const end = words.findIndex((other, index) => index > at && other.startsWith('--'));
    const [name, ...rules] = words
      .slice(at + 1, end === -1 ? undefined : end)
      .map((one) => one.replace(/^["']|["']$/g, ''));
    const password = rules.find((rule) => rule.startsWith('>'))?.slice(1);
    if (name !== undefined && password !== undefined && rules.includes('on')) return { name, password };
  }
  return undefined;
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
