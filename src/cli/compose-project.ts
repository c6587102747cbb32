import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { UsageError } from './errors.js';
import type { GlobalFlags } from './global-flags.js';
import { plainCompose } from './plain-compose.js';

/** A Compose project as the flags and the current directory name it. Paths are absolute. */
export interface ComposeProject {
  name: string;
  directory: string;
  /** As asked for; empty: Compose's default files of the directory. */
  files: string[];
  envFiles: string[];
  profiles: string[];
}

/** The names Compose looks for, in its order. */
const DEFAULT_FILES = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];

type ProjectFlags = Pick<GlobalFlags, 'files' | 'projectName' | 'projectDirectory' | 'envFiles' | 'profiles'>;

/**
 * The project that Compose would act on here: the files that were named, else the nearest default file, upwards from
 * `cwd`. Undefined when there is none. Throws UsageError for a file that is not there, or a project without a name.
 */
export async function findComposeProject(flags: ProjectFlags, cwd: string): Promise<ComposeProject | undefined> {
  const files = flags.files.map((file) => existing(path.resolve(cwd, file)));
  const envFiles = flags.envFiles.map((file) => existing(path.resolve(cwd, file)));
  const directory =
    flags.projectDirectory === undefined
      ? files[0] === undefined
        ? nearestWithDefaultFile(cwd)
        : path.dirname(files[0])
      : existing(path.resolve(cwd, flags.projectDirectory));
  if (directory === undefined) return undefined;
  if (files.length === 0 && defaultFileIn(directory) === undefined) return undefined;
  const name = checkedName(flags.projectName ?? (await nameOf(directory, files, envFiles)));
  return { name, directory, files, envFiles, profiles: flags.profiles };
}

/** Throws UsageError for what Compose would not take as a project's name. */
export function checkedName(name: string): string {
  if (/^[a-z0-9][a-z0-9_-]*$/.test(name)) return name;
  throw new UsageError(
    `"${name}" cannot name a stack: lower-case letters, digits, - and _ only`,
    'name it otherwise with -p',
  );
}

function existing(place: string): string {
  if (existsSync(place)) return place;
  throw new UsageError(`${place} does not exist`);
}

function nearestWithDefaultFile(start: string): string | undefined {
  for (let folder = path.resolve(start); ; folder = path.dirname(folder)) {
    if (defaultFileIn(folder) !== undefined) return folder;
    if (folder === path.dirname(folder)) return undefined;
  }
}

function defaultFileIn(folder: string): string | undefined {
  return DEFAULT_FILES.map((name) => path.join(folder, name)).find((file) => existsSync(file));
}

/** The files that Compose reads: those named, else the default one and the override beside it. */
export function filesRead({ directory, files }: Pick<ComposeProject, 'directory' | 'files'>): string[] {
  if (files.length > 0) return files;
  const overrides = DEFAULT_FILES.map((name) => path.join(directory, name.replace(/\.(?=ya?ml$)/, '.override.')));
  return [defaultFileIn(directory), overrides.find((file) => existsSync(file))].filter((file) => file !== undefined);
}

/** As Compose finds it: COMPOSE_PROJECT_NAME of the env file, `name:` of the last file that has one, the directory. */
async function nameOf(directory: string, files: string[], envFiles: string[]): Promise<string> {
  const fromEnvFile = await projectNameInEnvFiles(envFiles.length > 0 ? envFiles : [path.join(directory, '.env')]);
  if (fromEnvFile !== undefined) return fromEnvFile;
  const fromFile = await topLevelName(files.length > 0 ? files : [defaultFileIn(directory)!]);
  if (fromFile?.includes('$')) {
    throw new UsageError(`the project's name "${fromFile}" depends on variables`, 'name the stack with -p');
  }
  const name = fromFile ?? normalised(path.basename(directory));
  if (name === '') throw new UsageError(`${directory} gives no project name`, 'name the stack with -p');
  return name;
}

async function projectNameInEnvFiles(files: string[]): Promise<string | undefined> {
  let name: string | undefined;
  for (const file of files) {
    if (!existsSync(file)) continue;
    const [, value] =
      /^\s*(?:export\s+)?COMPOSE_PROJECT_NAME\s*=\s*["']?([^"'\s#]+)/m.exec(await readFile(file, 'utf8')) ?? [];
    name = value ?? name;
  }
  return name;
}

async function topLevelName(files: string[]): Promise<string | undefined> {
  let name: string | undefined;
  for (const file of files) {
    const text = await readFile(file, 'utf8');
    if (!/\bname\b/.test(text)) continue;
    const plain = plainCompose(text);
    const value = plain ? plain.name : await nameByYaml(text);
    name = value ?? name;
  }
  return name;
}

async function nameByYaml(text: string): Promise<string | undefined> {
  // Loaded only where it is needed: that takes a tenth of the time that the command line needs to start.
  const { parseDocument } = await import('yaml');
  // Compose's own tags are unknown to YAML, and other mistakes are for `validate` to find.
  const value = parseDocument(text, { logLevel: 'silent' }).get('name');
  return typeof value === 'string' ? value : undefined;
}

/** A project name made of a directory's, by Compose's rule. */
function normalised(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^-_a-z0-9]/g, '')
    .replace(/^[-_]+/, '');
}
