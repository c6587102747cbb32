import { access, readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';
import { withoutAbsentDependencies } from './absent-dependencies.js';
import { originalArgv, type ProjectFiles } from './compose-command.js';
import { composeConfig } from './compose-config.js';

/** A project as Compose understands it, or why Compose does not. Everything in it may hold secrets. */
export interface RenderedConfig {
  /** The rendered file; absent when Compose refuses the project. */
  yaml?: string;
  rendered?: Record<string, unknown>;
  /** Compose's own words, when it refuses. */
  failure?: string;
  /** Compose's warnings, such as a variable that is not set. */
  warnings: string[];
  /** The files that the operator named, for finding places in them. */
  sources: { file: string; text: string }[];
}

const DEFAULT_FILES = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];

/**
 * Lets Compose merge, interpolate and validate the project. It is asked for YAML: its JSON drops the extension at service
 * level. Every value of the environment is resolved in the result, and `$` is doubled, so that it renders to itself. Throws `Weather` where it
 * was ended from outside.
 */
export async function renderConfig(project: ProjectFiles, env: Record<string, string>): Promise<RenderedConfig> {
  const sources = await sourcesOf(project);
  const end = await composeConfig(originalArgv(project, ['config']), { cwd: project.directory, env });
  const said = end.stderr.split('\n').filter((line) => line.trim() !== '');
  if (end.exitCode !== 0)
    return { failure: said.join('\n') || `docker compose ended with ${end.exitCode}`, warnings: [], sources };
  const warnings = said.flatMap((line) => /level=warning msg="?(.*?)"?$/.exec(line)?.[1]?.replace(/\\"/g, '"') ?? []);
  const yaml = withoutAbsentDependencies(end.stdout);
  return { yaml, rendered: parse(yaml) as Record<string, unknown>, warnings, sources };
}

/** Names of all services of the project, those of inactive profiles included. */
export async function allServices(project: ProjectFiles, env: Record<string, string>): Promise<string[]> {
  const argv = originalArgv({ ...project, profiles: ['*'] }, ['config', '--services']);
  const end = await composeConfig(argv, { cwd: project.directory, env });
  return end.stdout.split('\n').filter((name) => name !== '');
}

/** The files Compose reads, as far as they can be told without it: those named, else the default and its override. */
async function sourcesOf({ directory, files }: ProjectFiles): Promise<{ file: string; text: string }[]> {
  const named = files.length > 0 ? files.map((file) => path.resolve(directory, file)) : await defaultFiles(directory);
  return Promise.all(named.map(async (file) => ({ file, text: await readFile(file, 'utf8').catch(() => '') })));
}

async function defaultFiles(directory: string): Promise<string[]> {
  const base = await firstPresent(directory, DEFAULT_FILES);
  if (!base) return [];
  const override = await firstPresent(
    directory,
    DEFAULT_FILES.map((file) => file.replace(/\.(ya?ml)$/, '.override.$1')),
  );
  return override ? [base, override] : [base];
}

async function firstPresent(directory: string, names: string[]): Promise<string | undefined> {
  for (const name of names) {
    const file = path.join(directory, name);
    const present = await access(file).then(
      () => true,
      () => false,
    );
    if (present) return file;
  }
  return undefined;
}
