import { rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { ComposeProject, Engine } from '../docker/engine.js';
import { entryOfProject } from './adopted-entry.js';
import type { Layout } from './layout.js';
import { readJson, writeJson } from './private-file.js';
import { namesIn } from './places.js';

/** A stack as the host knows it. Paths are absolute. Lists keep the order in which Compose merges them. */
export interface StackEntry {
  name: string;
  directory: string;
  /** Empty: Compose's default files of the directory. */
  files: string[];
  /** Empty: `.env` of the directory. */
  envFiles: string[];
  profiles: string[];
  /** Names of variables captured from the operator's shell; their values are kept apart, 0600. */
  capturedEnv: string[];
  addedAt: string;
}

/** What Compose takes for a project's name; it is a file name here, so nothing else is looked up. */
const NAME = /^[a-z0-9][a-z0-9_-]*$/;

/** The entry of a stack, or undefined where this host does not know it. */
export async function readStack(layout: Layout, name: string): Promise<StackEntry | undefined> {
  return NAME.test(name) ? readJson<StackEntry>(entryFile(layout, name)) : undefined;
}

/** Every registered stack, by name. */
export async function listStacks(layout: Layout): Promise<StackEntry[]> {
  const names = (await namesIn(registryFolder(layout)))
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .sort();
  const entries = await Promise.all(names.map((name) => readStack(layout, name)));
  return entries.filter((entry) => entry !== undefined);
}

/**
 * Registers a stack, or registers it anew with other settings; `capturedValues` replaces what was captured before. Throws
 * when a path is relative or missing, and when the name stands for another directory, unless told to `replace` that.
 */
export async function addStack(
  layout: Layout,
  entry: StackEntry,
  capturedValues: Record<string, string>,
  { replace = false }: { replace?: boolean } = {},
): Promise<void> {
  const { name, directory, files, envFiles } = entry;
  if (!NAME.test(name)) {
    throw new Error(
      `"${name}" cannot name a stack: lower-case letters, digits, - and _ only. Name it otherwise with -p.`,
    );
  }
  const before = await readStack(layout, name);
  if (before && before.directory !== directory && !replace) {
    throw new Error(
      `The stack "${name}" is registered for ${before.directory}, not for ${directory}. ` +
        `Name this one otherwise with -p, or forget the other: evenkeel stack remove ${name}`,
    );
  }
  await requirePath(directory, 'directory');
  for (const file of [...files, ...envFiles]) await requirePath(file, 'file');

  if (Object.keys(capturedValues).length > 0) await writeJson(capturedFile(layout, name), capturedValues);
  else await rm(capturedFile(layout, name), { force: true });
  await writeJson(entryFile(layout, name), { ...entry, capturedEnv: Object.keys(capturedValues) });
}

/** Forgets where a stack is, and what was captured for it. What was recorded of it stays. Not registered is fine. */
export async function removeStack(layout: Layout, name: string): Promise<void> {
  if (!NAME.test(name)) return;
  await rm(entryFile(layout, name), { force: true });
  await rm(capturedFile(layout, name), { force: true });
}

/** The variables captured from the operator's shell, with their values. These are secrets. */
export async function capturedEnvironment(layout: Layout, name: string): Promise<Record<string, string>> {
  return (NAME.test(name) ? await readJson<Record<string, string>>(capturedFile(layout, name)) : undefined) ?? {};
}

/**
 * Registers a project that runs here already, found by the labels of its containers. Undefined when there is none of the
 * name, when its files are not on this host, and when they are our own frozen ones: then the registry alone decides.
 */
export async function adoptStack(
  layout: Layout,
  engine: Pick<Engine, 'projects'>,
  name: string,
): Promise<StackEntry | undefined> {
  const project = (await engine.projects()).find((each) => each.name === name);
  const entry = project && (await adoptableEntry(layout, project));
  if (entry) await addStack(layout, entry, {});
  return entry;
}

/** Names of the projects that run here and could be adopted, registered ones among them. */
export async function adoptableProjects(layout: Layout, engine: Pick<Engine, 'projects'>): Promise<string[]> {
  const projects = await engine.projects();
  const entries = await Promise.all(projects.map((project) => adoptableEntry(layout, project)));
  return entries.filter((entry) => entry !== undefined).map(({ name }) => name);
}

async function adoptableEntry(layout: Layout, project: ComposeProject): Promise<StackEntry | undefined> {
  const entry = entryOfProject(project, layout.home, new Date());
  if (!entry) return undefined;
  const missing = await Promise.all([
    isMissing(entry.directory, 'directory'),
    ...[...project.configFiles, ...entry.envFiles].map((file) => isMissing(file, 'file')),
  ]);
  return missing.includes(true) ? undefined : entry;
}

function registryFolder(layout: Layout): string {
  return path.join(layout.home, 'registry');
}

function entryFile(layout: Layout, name: string): string {
  return path.join(registryFolder(layout), `${name}.json`);
}

function capturedFile(layout: Layout, name: string): string {
  return path.join(registryFolder(layout), `${name}.env.json`);
}

async function requirePath(place: string, kind: 'directory' | 'file'): Promise<void> {
  if (!path.isAbsolute(place))
    throw new Error(`${place} is not an absolute path; a stack is registered by absolute ones.`);
  if (await isMissing(place, kind))
    throw new Error(`There is no ${kind} ${place}; register the stack with paths that exist.`);
}

async function isMissing(place: string, kind: 'directory' | 'file'): Promise<boolean> {
  try {
    return (await stat(place)).isDirectory() !== (kind === 'directory');
  } catch {
    return true;
  }
}
