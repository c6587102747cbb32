import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { normaliseInspect } from './normalise-inspect.js';
import type { TestStack } from './test-stack.js';

const run = promisify(execFile);

/** All that stands of a stack on the engine. Two of one stack are compared by `toEqual`. */
export interface Standing {
  /** Which containers these are, and since when they run. A run that touched nothing leaves these. */
  lives: Record<string, string>;
  /** What they are, whichever they are. A run that was taken back leaves these. */
  containers: unknown[];
  /** What every name of the stack's own images names; without the pins of its releases. */
  tags: Record<string, string>;
  volumes: string[];
  networks: string[];
}

/** Looks at everything that stands of a stack. */
export async function standingOf(stack: TestStack): Promise<Standing> {
  const inspected = await stack.inspect();
  const lives = inspected.map(({ Name, Id, State }) => [Name, `${Id} ${State.StartedAt} ${State.Status}`] as const);
  return {
    lives: Object.fromEntries(lives),
    containers: inspected.map(normaliseInspect),
    tags: await tagsOf(stack),
    volumes: await listed(stack, 'volume', '{{.Name}} {{.Driver}}'),
    networks: await listed(stack, 'network', '{{.ID}} {{.Name}}'),
  };
}

/** What a rollback brings back, for comparison: everything but the identity of the containers. */
export async function makingsOf(stack: TestStack): Promise<Omit<Standing, 'lives'>> {
  const { containers, tags, volumes, networks } = await standingOf(stack);
  return { containers, tags, volumes, networks };
}

async function tagsOf({ name }: TestStack): Promise<Record<string, string>> {
  const format = '{{.Repository}}:{{.Tag}} {{.ID}}';
  const { stdout } = await run('docker', ['images', '--no-trunc', '--format', format]);
  const lines = stdout.split('\n').filter((line) => line.startsWith(name) || line.startsWith('evenkeel-test/'));
  return Object.fromEntries(lines.map((line) => line.split(' ') as [string, string]));
}

async function listed({ name }: TestStack, kind: 'volume' | 'network', format: string): Promise<string[]> {
  const label = `label=com.docker.compose.project=${name}`;
  const { stdout } = await run('docker', [kind, 'ls', '--filter', label, '--format', format]);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .sort();
}
