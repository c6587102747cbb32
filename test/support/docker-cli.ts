import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Runs the docker command and returns what it printed. Throws with what it said when it fails. */
export async function docker(args: string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  const { stdout } = await run('docker', args, { env: { ...process.env, ...env }, maxBuffer: 64 * 1024 * 1024 });
  return stdout.trim();
}

/** A Compose project of a test. */
export interface TestProject {
  name: string;
  folder: string;
  /** Runs `docker compose` on it. */
  compose(...args: string[]): Promise<string>;
  /** The id of a service's first container. */
  id(service: string): Promise<string>;
  /** Takes it down, whatever profile started it, with its volumes, anonymous ones too that are mounted by name. */
  remove(): Promise<void>;
}

/** Writes a Compose file into a folder of its own, under a project name that nobody else has. */
export async function testProject(purpose: string, yaml: string): Promise<TestProject> {
  const name = `ek-test-${purpose}-${process.pid}`;
  const folder = await mkdtemp(path.join(os.tmpdir(), `${name}-`));
  await writeFile(path.join(folder, 'compose.yaml'), yaml);
  const compose = (...args: string[]): Promise<string> =>
    docker(['compose', '-f', path.join(folder, 'compose.yaml'), '-p', name, ...args]);
  return {
    name,
    folder,
    compose,
    id: (service) => compose('ps', '-aq', service),
    async remove() {
      const containers = (await compose('--profile', '*', 'ps', '-aq')).split('\n').filter(Boolean);
      const mounts = '{{range .Mounts}}{{if eq .Type "volume"}}{{.Name}} {{end}}{{end}}';
      const volumes = containers.length > 0 ? await docker(['inspect', '-f', mounts, ...containers]) : '';
      await compose('--profile', '*', 'down', '--volumes', '--timeout', '0', '--remove-orphans');
      const named = [...new Set(volumes.split(/\s+/).filter(Boolean))];
      if (named.length > 0) await docker(['volume', 'rm', '--force', ...named]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
