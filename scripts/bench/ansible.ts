import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { cacheFolder } from '../../src/worker/server/temporal-cli.js';
import { run } from './run.js';

/** Why there is no Ansible here. */
export class NoAnsible extends Error {
  override readonly name = 'NoAnsible';
}

/** Of the hundred collections that come with Ansible, those that the playbook needs; the others take half a gigabyte. */
const COLLECTIONS = ['docker', 'library_inventory_filtering_v1'];

/** An Ansible with community.docker. */
export interface Ansible {
  /** Runs a playbook on this machine. Throws `CommandFailed` where it fails. */
  play(playbook: string, variables: Record<string, string | number>): Promise<void>;
}

/** The one in the cache folder; put there from PyPI when it is not. Throws `NoAnsible` where that cannot be done. */
export async function ansible(say: (line: string) => void): Promise<Ansible> {
  const folder = path.join(cacheFolder(process.env), 'ansible');
  const python = path.join(folder, 'bin', 'python');
  // Written last: an installation that was cut off has none.
  const whole = path.join(folder, 'whole');
  if (!existsSync(whole)) {
    say(`installing Ansible in ${folder}; this takes a minute or two …`);
    await install(folder, python).catch(async (error: unknown) => {
      await rm(folder, { recursive: true, force: true });
      throw new NoAnsible((error as Error).message, { cause: error });
    });
    await writeFile(whole, '');
  }
  return {
    async play(playbook, variables) {
      const all = { ...variables, ansible_python_interpreter: python };
      const argv = ['-i', 'localhost,', playbook, '--extra-vars', JSON.stringify(all)];
      await run([python, '-m', 'ansible', 'playbook', ...argv], {
        cwd: folder,
        env: { ...process.env, ANSIBLE_HOME: path.join(folder, 'home'), ANSIBLE_NOCOWS: '1' },
      });
    },
  };
}

async function install(folder: string, python: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await run(['python3', '-m', 'venv', folder]);
  await run([python, '-m', 'pip', 'install', '--quiet', '--no-compile', 'ansible', 'requests']);
  const where = 'import ansible_collections as all; print(list(all.__path__)[0])';
  const collections = (await run([python, '-c', where])).trim();
  const keep = [
    '-not',
    '-path',
    '*/community',
    ...COLLECTIONS.flatMap((name) => ['-not', '-path', `*/community/${name}`]),
  ];
  await run([
    'find',
    collections,
    '-mindepth',
    '1',
    '-maxdepth',
    '1',
    '-type',
    'd',
    ...keep,
    '-exec',
    'rm',
    '-rf',
    '{}',
    '+',
  ]);
  const community = path.join(collections, 'community');
  await run(['find', community, '-mindepth', '1', '-maxdepth', '1', ...keep, '-exec', 'rm', '-rf', '{}', '+']);
}
