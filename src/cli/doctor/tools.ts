import { dockerEnvironment } from '../../docker/compose-environment.js';
import { dockerSays } from '../../docker/docker-says.js';

/** Versions of what Docker is here; undefined where a part is missing or does not answer. */
export interface EngineVersions {
  engine?: string;
  engineApi?: string;
  compose?: string;
  buildx?: string;
}

/** What the engine calls itself, for as long as it lives; undefined where it does not answer. */
export async function engineId(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  return dockerSays(['info', '--format', '{{.ID}}'], asTheWorker(env));
}

/** Why a worker cannot reach the engine that this environment names; undefined where it may. */
export function unreachable(env: NodeJS.ProcessEnv): string | undefined {
  try {
    dockerEnvironment(env);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** The docker command would follow the chosen context, which a worker does not. */
function asTheWorker(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return unreachable(env) === undefined ? { ...env, ...dockerEnvironment(env) } : env;
}

/** Asks the docker command about the engine that a worker would use. */
export async function engineVersions(own: NodeJS.ProcessEnv): Promise<EngineVersions> {
  const env = asTheWorker(own);
  const [engine, compose, buildx] = await Promise.all([
    dockerSays(['version', '--format', '{{.Server.Version}} {{.Server.APIVersion}}'], env),
    dockerSays(['compose', 'version', '--short'], env),
    dockerSays(['buildx', 'version'], env),
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
