import type { Reach } from '../client/connect.js';
import { readPresences } from '../presence/read-presences.js';
import { layoutFrom } from '../store/layout.js';
import { readStack } from '../store/registry.js';
import { UsageError } from './errors.js';
import type { Cli } from './terminal.js';
import { thisHost } from './this-host.js';

/** The host of a stack: the one that is named, else the only one that has registered it, this machine first. */
export async function hostOfStack(cli: Cli, { client }: Reach, stack: string): Promise<string> {
  if (cli.flags.host !== undefined) return cli.flags.host;
  const layout = layoutFrom(cli.env);
  const here = (await readStack(layout, stack)) ? await thisHost(layout) : undefined;
  if (here !== undefined) return here;
  const hosts = (await readPresences(client))
    .filter(({ stacks }) => stacks.some((known) => known.stack === stack))
    .map(({ host }) => host);
  if (hosts.length === 1) return hosts[0]!;
  throw new UsageError(
    hosts.length === 0 ? `no host knows ${stack}` : `${stack} is on ${hosts.join(', ')}`,
    hosts.length === 0 ? 'in its directory: evenkeel stack add' : 'name one with --host',
  );
}
