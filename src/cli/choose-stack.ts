import type { Layout } from '../store/layout.js';
import { listStacks, type StackEntry } from '../store/registry.js';
import { checkedName, type ComposeProject, filesRead, findComposeProject } from './compose-project.js';
import { UsageError } from './errors.js';
import type { Cli } from './terminal.js';

/** The stack that a command is about. */
export interface ChosenStack {
  name: string;
  /** As this host's registry knows it. */
  entry?: StackEntry;
  /** The Compose project here, where the name comes from one. */
  project?: ComposeProject;
}

/** The stack that `-p` names, else that of the project here; undefined when there is neither. */
export async function chooseStack(cli: Pick<Cli, 'flags' | 'cwd'>, layout: Layout): Promise<ChosenStack | undefined> {
  const { flags, cwd } = cli;
  const entries = await listStacks(layout);
  const namesFiles = flags.files.length > 0 || flags.projectDirectory !== undefined;
  const known = entries.find(({ name }) => name === flags.projectName);
  if (known && !namesFiles) return { name: known.name, entry: known };

  const project = await findComposeProject(flags, cwd);
  if (!project) return flags.projectName === undefined ? undefined : { name: checkedName(flags.projectName) };
  return matched(project, entries, flags.projectName !== undefined);
}

/** As `chooseStack`, for commands that need one. Throws UsageError. */
export async function requireStack(cli: Pick<Cli, 'flags' | 'cwd'>, layout: Layout): Promise<ChosenStack> {
  const chosen = await chooseStack(cli, layout);
  if (chosen) return chosen;
  throw new UsageError('there is no Compose file here or above', 'name the stack with -p, or go to its directory');
}

/** A directory may be registered under another name than the one that Compose would give it. */
function matched(project: ComposeProject, entries: StackEntry[], isNamed: boolean): ChosenStack {
  const sameName = entries.find(({ name }) => name === project.name);
  if (sameName?.directory === project.directory) return { name: sameName.name, entry: sameName, project };
  if (sameName) {
    throw new UsageError(
      `the stack "${project.name}" is registered for ${sameName.directory}, not for ${project.directory}`,
      `name this one otherwise with -p, or forget the other: evenkeel stack remove ${project.name}`,
    );
  }
  const here = isNamed
    ? []
    : entries.filter(
        ({ directory, files }) =>
          directory === project.directory && sameList(filesRead({ directory, files }), filesRead(project)),
      );
  if (here.length > 1) {
    const names = here.map(({ name }) => name).join(', ');
    throw new UsageError(`several stacks are registered for ${project.directory}: ${names}`, 'name one with -p');
  }
  return here[0] ? { name: here[0].name, entry: here[0], project } : { name: project.name, project };
}

export function sameList(a: string[], b: string[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}
