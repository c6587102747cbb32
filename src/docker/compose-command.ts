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
  return ['docker', 'compose', ...place, ...args];
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
  return ['docker', 'compose', ...place, ...args];
}
