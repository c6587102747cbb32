import path from 'node:path';
import { ClientError } from '../../client/errors.js';
import { type HostPresence, readPresences } from '../../presence/read-presences.js';
import { scheduleHomes } from '../../schedule/schedule-homes.js';
import { kindsOf, removeSchedule } from '../../schedule/schedules.js';
import { EXIT } from '../../spec/outcome.js';
import type { ScheduleKind } from '../../spec/schedule.js';
import { type Layout, layoutFrom, stackFolder } from '../../store/layout.js';
import {
  addStack as register,
  listStacks as registered,
  readStack,
  removeStack as forget,
  type StackEntry,
} from '../../store/registry.js';
import { requireStack } from '../choose-stack.js';
import { findComposeProject } from '../compose-project.js';
import { UsageError } from '../errors.js';
import { confirm } from '../prompt.js';
import { entryOf, filesText } from '../register.js';
import { tableText } from '../render/table.js';
import type { Cli } from '../terminal.js';
import { thisHost } from '../this-host.js';
import { withTemporalIfThere } from '../with-temporal.js';

/** Registers the Compose project of a directory, or registers it anew with other files, profiles or variables. */
export async function addStack(
  cli: Cli,
  directory: string | undefined,
  { env: names = [] }: { env?: string[] },
): Promise<number> {
  const layout = layoutFrom(cli.env);
  const project = await findComposeProject(cli.flags, path.resolve(cli.cwd, directory ?? '.'));
  if (!project)
    throw new UsageError(
      `there is no Compose file in ${path.resolve(cli.cwd, directory ?? '.')} or above`,
      'name one with -f',
    );
  const missing = names.filter((name) => cli.env[name] === undefined);
  if (missing.length > 0)
    throw new UsageError(`${missing.join(', ')}: not set in this shell`, 'export them, then capture them');

  const before = await readStack(layout, project.name);
  if (before && before.directory !== project.directory) {
    throw new UsageError(
      `the stack "${project.name}" is registered for ${before.directory}`,
      `name this one otherwise with -p, or forget the other: evenkeel stack remove ${project.name}`,
    );
  }
  const entry = entryOf(project, names);
  await register(layout, entry, Object.fromEntries(names.map((name) => [name, cli.env[name] as string])));
  if (cli.flags.json) cli.printJson(entry);
  else
    cli.say(`${before ? 'registered anew' : 'registered'} ${entry.name}: ${entry.directory}${filesText(entry.files)}`);
  return EXIT.ok;
}

/** A stack in the list; of another host no more is known than where it is. */
type ListedStack = Pick<StackEntry, 'name' | 'directory'> & Partial<StackEntry> & { host?: string };

/** The stacks of this host, and those of the others where Temporal is in reach. */
export async function listStacks(cli: Cli): Promise<number> {
  const layout = layoutFrom(cli.env);
  const [host, others] = await Promise.all([thisHost(layout), presencesInReach(cli)]);
  const own = (await registered(layout)).map((entry) => ({ ...(host === undefined ? {} : { host }), ...entry }));
  const elsewhere = others
    .filter((presence) => presence.host !== host)
    .flatMap((presence) =>
      presence.stacks.map(({ stack, directory }) => ({ host: presence.host, name: stack, directory })),
    );
  const listed: ListedStack[] = [...own, ...elsewhere].filter(
    (stack) => cli.flags.host === undefined || stack.host === cli.flags.host,
  );
  if (cli.flags.json) cli.printJson(listed);
  else if (listed.length === 0) cli.say('no stack is registered: cd your-project && evenkeel stack add');
  else cli.print(tableText(['HOST', 'STACK', 'DIRECTORY', 'FILES', 'PROFILES'], listed.map(cells)));
  return EXIT.ok;
}

async function presencesInReach(cli: Cli): Promise<HostPresence[]> {
  try {
    return await withTemporalIfThere(cli, ({ client }) => readPresences(client));
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    cli.say(`other hosts are unknown: ${error.message}`);
    return [];
  }
}

function cells({ host, name, directory, files = [], profiles = [] }: ListedStack): string[] {
  return [host ?? '', name, directory, files.join(', '), profiles.join(', ')];
}

export async function showStack(cli: Cli, name: string | undefined): Promise<number> {
  const layout = layoutFrom(cli.env);
  const entry = await knownStack(cli, layout, name);
  if (cli.flags.json) cli.printJson(entry);
  else {
    const or = (items: string[], otherwise: string): string => (items.length > 0 ? items.join(', ') : otherwise);
    cli.print(`stack      ${entry.name}`);
    cli.print(`directory  ${entry.directory}`);
    cli.print(`files      ${or(entry.files, "Compose's default files")}`);
    cli.print(`env files  ${or(entry.envFiles, '.env where there is one')}`);
    cli.print(`profiles   ${or(entry.profiles, 'none')}`);
    cli.print(`captured   ${or(entry.capturedEnv, 'no variables')}`);
    cli.print(`added      ${entry.addedAt}`);
    cli.print(`releases   ${stackFolder(layout, entry.name)}`);
  }
  return EXIT.ok;
}

/** Forgets where a stack is, and schedules nothing for it any more. What runs and what was recorded of it stays. */
export async function removeStack(
  cli: Cli,
  name: string | undefined,
  { yes = false }: { yes?: boolean },
): Promise<number> {
  const layout = layoutFrom(cli.env);
  const entry = await knownStack(cli, layout, name);
  if (
    !(await confirm(
      cli,
      `Forget the stack ${entry.name} (${entry.directory})? Its containers, releases and runs stay.`,
      yes,
    ))
  ) {
    cli.say('left as it is');
    return EXIT.failed;
  }
  const schedules = await removeSchedules(cli, entry.name);
  await forget(layout, entry.name);
  if (cli.flags.json) cli.printJson({ removed: entry.name, ...(schedules ? { schedules } : {}) });
  else cli.say(`forgot ${entry.name}; what is recorded of it stays in ${stackFolder(layout, entry.name)}`);
  return EXIT.ok;
}

/** What was scheduled for the stack on this host, and is not any more; undefined where no Temporal is in reach to ask. */
async function removeSchedules(cli: Cli, stack: string): Promise<ScheduleKind[] | undefined> {
  const host = await thisHost(layoutFrom(cli.env));
  if (host === undefined) return undefined;
  try {
    return await withTemporalIfThere(cli, async ({ client }) => {
      const homes = await scheduleHomes(client);
      const kinds = await kindsOf(homes, host, stack);
      for (const kind of kinds) await removeSchedule(homes, { kind, host, stack });
      return kinds;
    });
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    cli.say(`schedules of ${stack}, if there are any, stay: ${error.message}\n  remove them: evenkeel schedule remove`);
    return undefined;
  }
}

async function knownStack(cli: Cli, layout: Layout, name: string | undefined): Promise<StackEntry> {
  const wanted = name ?? (await requireStack(cli, layout)).name;
  const entry = await readStack(layout, wanted);
  if (entry) return entry;
  const names = (await registered(layout)).map((each) => each.name);
  throw new UsageError(
    `no stack "${wanted}" is registered here`,
    names.length > 0 ? `registered are: ${names.join(', ')}` : 'register it: cd its directory && evenkeel stack add',
  );
}
