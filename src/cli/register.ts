import type { Reach } from '../client/connect.js';
import { hostPollers } from '../client/pollers.js';
import type { Layout } from '../store/layout.js';
import { addStack, capturedEnvironment, type StackEntry } from '../store/registry.js';
import { claimedHosts } from '../worker/claimed-hosts.js';
import { type ChosenStack, sameList } from './choose-stack.js';
import { type ComposeProject, filesRead } from './compose-project.js';
import { UsageError } from './errors.js';
import type { GlobalFlags } from './global-flags.js';
import type { Cli } from './terminal.js';

/**
 * Before a deployment: a project that this host does not know is registered, when this host's worker is at work, and that
 * is said. Where the registered settings and those typed differ, nobody should have to guess which count: UsageError.
 */
export async function ensureRegistered(cli: Cli, reach: Reach, layout: Layout, stack: ChosenStack): Promise<void> {
  const { entry, project } = stack;
  if (entry) {
    refuseOtherSettings(entry, project, cli.flags);
    await nameDifferences(cli, layout, entry);
    return;
  }
  if (!project || !(await isWorkerHere(cli, reach, layout))) return;
  await addStack(layout, entryOf(project, []), {});
  cli.say(`registered ${project.name}: ${project.directory}${filesText(project.files)}`);
}

/** What the registry keeps of a project. */
export function entryOf(
  { name, directory, files, envFiles, profiles }: ComposeProject,
  capturedEnv: string[],
): StackEntry {
  return { name, directory, files, envFiles, profiles, capturedEnv, addedAt: new Date().toISOString() };
}

export function filesText(files: string[]): string {
  return files.length > 0 ? ` (${files.join(', ')})` : '';
}

/** Whether a worker of this machine asks for work, and no other host is meant. */
async function isWorkerHere({ flags }: Cli, reach: Reach, layout: Layout): Promise<boolean> {
  const hosts = (await claimedHosts(layout)).filter((host) => flags.host === undefined || flags.host === host);
  const pollers = await Promise.all(hosts.map((host) => hostPollers(reach, host)));
  return pollers.flat().length > 0;
}

function refuseOtherSettings(entry: StackEntry, project: ComposeProject | undefined, flags: GlobalFlags): void {
  if (!project) return;
  const differing = [
    flags.files.length > 0 && !sameList(filesRead(entry), filesRead(project)) ? 'Compose files' : undefined,
    flags.envFiles.length > 0 && !sameList(entry.envFiles, project.envFiles) ? 'env files' : undefined,
    flags.profiles.length > 0 && !sameList(entry.profiles, project.profiles) ? 'profiles' : undefined,
  ].filter((what) => what !== undefined);
  if (differing.length === 0) return;
  throw new UsageError(
    `${entry.name} is registered with other ${differing.join(' and ')} than given here`,
    `see them: evenkeel stack show ${entry.name} — to change them, repeat these flags with: evenkeel stack add -p ${entry.name}`,
  );
}

/** A deployment takes captured values, not the shell's; where they differ, that is said, by name only. */
async function nameDifferences(cli: Cli, layout: Layout, entry: StackEntry): Promise<void> {
  if (entry.capturedEnv.length === 0) return;
  const captured = await capturedEnvironment(layout, entry.name);
  const names = entry.capturedEnv.filter((name) => cli.env[name] !== undefined && cli.env[name] !== captured[name]);
  if (names.length === 0) return;
  const flags = entry.capturedEnv.map((name) => `--env ${name}`).join(' ');
  cli.say(`! ${names.join(', ')}: this shell has another value than the one captured, which is used`);
  cli.say(`  → capture anew: evenkeel stack add -p ${entry.name} ${flags}`);
}
