import { isMap, parseDocument } from 'yaml';
import { composeArgv } from './compose-command.js';
import { composeConfig } from './compose-config.js';

/** Where a rendered file belongs, and what Compose needs in order to read it. */
export interface HashPlace {
  directory: string;
  project: string;
  env: Record<string, string>;
}

/** What Compose labels the containers of each service with (`com.docker.compose.config-hash`). */
export interface ServiceHashes {
  /** After a plain `up`. */
  plain: Record<string, string>;
  /**
   * After `up --no-deps`, only where that is another: before Compose 2.29.3 the hash is made of `depends_on` too, and
   * `--no-deps` takes that out first, so that the next plain `up` recreates the container.
   */
  alone: Record<string, string>;
}

/** The hashes of all services of a rendered file. References to other services count as they are written. */
export async function serviceHashes(yaml: string, place: HashPlace): Promise<ServiceHashes> {
  const [plain, alone] = await Promise.all([hashesOf(yaml, place), hashesOf(withoutDependencies(yaml), place)]);
  return { plain, alone: Object.fromEntries(Object.entries(alone).filter(([name, hash]) => hash !== plain[name])) };
}

/**
 * Compose's hash of each service of a text that need not be consistent. The text is not normalised once more: that would
 * derive dependencies from references, and a rendered file has been through it. It goes in by standard input, because it
 * holds secrets.
 */
async function hashesOf(yaml: string, { directory, project, env }: HashPlace): Promise<Record<string, string>> {
  const argv = composeArgv({ composeFile: '-', directory, spec: { project } }, [
    'config',
    '--no-consistency',
    '--no-normalize',
    '--hash',
    '*',
  ]);
  const end = await composeConfig(argv, { cwd: directory, env, input: yaml });
  if (end.exitCode !== 0) throw new Error(`docker compose config --hash ended with ${end.exitCode}`);
  const lines = end.stdout.split('\n').filter((line) => line.includes(' '));
  return Object.fromEntries(lines.map((line) => line.split(' ') as [string, string]));
}

/** A rendered file as `--no-deps` makes Compose see it. */
function withoutDependencies(yaml: string): string {
  const document = parseDocument(yaml);
  const services = document.get('services');
  if (isMap(services)) for (const { value } of services.items) if (isMap(value)) value.delete('depends_on');
  return document.toString({ lineWidth: 0 });
}
