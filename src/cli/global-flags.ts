import path from 'node:path';

/** Flags of every verb, with what Compose's own variables say filled in. Paths are as written. */
export interface GlobalFlags {
  /** `-f` or COMPOSE_FILE; empty: Compose's default files. */
  files: string[];
  /** `-p` or COMPOSE_PROJECT_NAME. */
  projectName?: string;
  projectDirectory?: string;
  /** `--env-file` or COMPOSE_ENV_FILES; empty: `.env`. */
  envFiles: string[];
  /** `--profile` or COMPOSE_PROFILES. */
  profiles: string[];
  host?: string;
  address?: string;
  namespace?: string;
  json: boolean;
  quiet: boolean;
  verbose: boolean;
  colour: boolean;
}

/** The global flags as commander reads them: absent where they were not typed. */
export interface TypedGlobalFlags {
  file?: string[];
  projectName?: string;
  projectDirectory?: string;
  envFile?: string[];
  profile?: string[];
  host?: string;
  address?: string;
  namespace?: string;
  json?: boolean;
  quiet?: boolean;
  verbose?: boolean;
  color?: boolean;
}

/** What is typed wins over COMPOSE_* variables, one flag at a time, as with Compose. */
export function globalFlags(typed: TypedGlobalFlags, env: NodeJS.ProcessEnv): GlobalFlags {
  const separator = env['COMPOSE_PATH_SEPARATOR'] || path.delimiter;
  const projectName = typed.projectName ?? (env['COMPOSE_PROJECT_NAME'] || undefined);
  return {
    files: typed.file ?? listIn(env['COMPOSE_FILE'], separator),
    ...(projectName === undefined ? {} : { projectName }),
    ...(typed.projectDirectory === undefined ? {} : { projectDirectory: typed.projectDirectory }),
    envFiles: typed.envFile ?? listIn(env['COMPOSE_ENV_FILES'], ','),
    profiles: typed.profile ?? listIn(env['COMPOSE_PROFILES'], ','),
    ...(typed.host === undefined ? {} : { host: typed.host }),
    ...(typed.address === undefined ? {} : { address: typed.address }),
    ...(typed.namespace === undefined ? {} : { namespace: typed.namespace }),
    json: typed.json ?? false,
    quiet: typed.quiet ?? false,
    verbose: typed.verbose ?? false,
    colour: typed.color !== false && !env['NO_COLOR'],
  };
}

function listIn(text: string | undefined, separator: string): string[] {
  return (text ?? '')
    .split(separator)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
