import { execFile } from 'node:child_process';

/** Versions of what Docker is here; undefined where a part is missing or does not answer. */
export interface EngineVersions {
  engine?: string;
  engineApi?: string;
  compose?: string;
  buildx?: string;
}

const ANSWER_WITHIN_MS = 10_000;

/** Asks the docker command, which knows contexts and DOCKER_HOST. */
export async function engineVersions(env: NodeJS.ProcessEnv): Promise<EngineVersions> {
  const [engine, compose, buildx] = await Promise.all([
    output('docker', ['version', '--format', '{{.Server.Version}} {{.Server.APIVersion}}'], env),
    output('docker', ['compose', 'version', '--short'], env),
    output('docker', ['buildx', 'version'], env),
  ]);
  const [version, api] = engine?.split(' ') ?? [];
  // `github.com/docker/buildx 0.13.1 <commit>`
  const buildxVersion = buildx === undefined ? undefined : (/\bv?(\d+\.\d+\S*)/.exec(buildx)?.[1] ?? buildx);
  return {
    ...(version && { engine: version }),
    ...(api && { engineApi: api }),
    ...(compose && { compose }),
    ...(buildxVersion && { buildx: buildxVersion }),
  };
}

/** What a program prints on stdout, trimmed; undefined when it fails, or prints nothing. */
export async function output(program: string, args: string[], env: NodeJS.ProcessEnv): Promise<string | undefined> {
  return new Promise((done) => {
    execFile(program, args, { env, timeout: ANSWER_WITHIN_MS }, (error, stdout) => {
      done(error || stdout.trim() === '' ? undefined : stdout.trim());
    });
  });
}
