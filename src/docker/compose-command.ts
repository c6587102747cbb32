import { existsSync } from 'node:fs';
import { dockerSays } from './docker-says.js';

let ownProgram: string | undefined;
let ownVersion = '';

/**
 * From now on Compose is called by its own program, the plugin that this environment's `docker` would run: `docker` starts
 * a plugin twice, and itself once, which is most of what a short Compose command costs.
 */
export async function callComposeDirectly(env: Record<string, string>): Promise<void> {
  const format = '{{range .ClientInfo.Plugins}}{{if eq .Name "compose"}}{{.Version}} {{.Path}}{{end}}{{end}}';
  const [, version, program] = /^(\S*) (.+)$/.exec((await dockerSays(['info', '--format', format], env)) ?? '') ?? [];
  ownProgram = program;
  ownVersion = version ?? '';
}

/**
 * What makes Compose have only so many of the builds of one call under way at once; undefined where it cannot be told to.
 * Compose 2 heeds the limit where it builds by itself. From version 5 on it hands all of them to bake, which knows no limit.
 */
export function buildLimit(atOnce: number): Record<string, string> | undefined {
  if (!/^v?2\./.test(ownVersion)) return undefined;
  return { COMPOSE_PARALLEL_LIMIT: String(atOnce), COMPOSE_BAKE: 'false' };
}

/** The program may be moved by an upgrade while we run. */
function compose(): string[] {
  return ownProgram && existsSync(ownProgram) ? [ownProgram] : ['docker', 'compose'];
}

/** What a Compose command on a frozen configuration needs to know. */
export interface FrozenPlace {
  composeFile: string;
  /** The project directory of the original files. */
  directory: string;
  spec: { project: string };
}

/**
 * `docker compose …` on a frozen configuration. It holds the services of the active profiles only, so every profile in
 * it is meant.
 */
export function composeArgv({ composeFile, directory, spec }: FrozenPlace, args: string[]): string[] {
  const place = ['-f', composeFile, '--project-directory', directory, '-p', spec.project, '--profile', '*'];
  return [...compose(), ...place, ...args];
}

/** The files, environment files and profiles of a project, as its operator names them. */
export interface ProjectFiles {
  directory: string;
  /** Empty: Compose's default files of the directory. */
  files: string[];
  /** Empty: `.env` of the directory. */
  envFiles: string[];
  profiles: string[];
  projectName?: string;
}

/** `docker compose …` on the original files. */
export function originalArgv(project: ProjectFiles, args: string[]): string[] {
  const { directory, files, envFiles, profiles, projectName } = project;
  const place = [
    ...files.flatMap((file) => ['-f', file]),
    ...envFiles.flatMap((file) => ['--env-file', file]),
    ...profiles.flatMap((profile) => ['--profile', profile]),
    ...['--project-directory', directory],
    ...(projectName === undefined ? [] : ['-p', projectName]),
  ];
  return [...compose(), ...place, ...args];
}
