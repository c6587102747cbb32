import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { isAlive, parseIdentity } from '../../src/docker/child-process-identity.js';
import { runFolder } from '../../src/store/layout.js';
import type { TestStack } from './test-stack.js';

/** A program that a run has started on its host, by the traces in the run's folder. */
export interface RunChild {
  /** `replace-api`; a second try is `replace-api@2`. */
  name: string;
  /** The process group, and the shell that leads it. */
  pid: number;
  alive: boolean;
}

/** The children of a run, in the order in which they were started. */
export async function childrenOf(run: WorkflowHandle, { world, name }: TestStack): Promise<RunChild[]> {
  const { workflowId, runId } = await run.describe();
  const layout = { home: world.stateFolder, lockDir: '' };
  const folder = path.join(runFolder(layout, name, workflowId, runId), 'children');
  const names = await readdir(folder).catch(() => []);
  const children = await Promise.all(
    names.map(async (child) => {
      const traces = path.join(folder, child);
      const identity = parseIdentity(await readFile(path.join(traces, 'process'), 'utf8').catch(() => ''));
      if (!identity) return undefined;
      const { mtimeMs } = await stat(path.join(traces, 'process'));
      return { name: child, pid: identity.pid, alive: await isAlive(identity), mtimeMs };
    }),
  );
  return children
    .filter((child) => child !== undefined)
    .sort((a, b) => a.mtimeMs - b.mtimeMs)
    .map(({ mtimeMs: _mtimeMs, ...child }) => child);
}

/** Kills a child that is at work: the program alone, whose shell then notes its end, or the shell with it. */
export async function endChild(
  run: WorkflowHandle,
  stack: TestStack,
  name: string,
  whole: 'program' | 'group',
): Promise<void> {
  const child = (await childrenOf(run, stack)).find((other) => other.name === name && other.alive);
  if (!child) throw new Error(`${run.workflowId} has no child ${name} at work`);
  if (whole === 'group') return void process.kill(-child.pid, 'SIGKILL');
  for (const pid of await membersOf(child.pid)) if (pid !== child.pid) process.kill(pid, 'SIGKILL');
}

async function membersOf(group: number): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry));
  const stats = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')));
  // After the name in brackets come state, parent and group.
  return stats
    .filter((line) => Number(line.split(') ').at(-1)?.split(' ')[2]) === group)
    .map((line) => parseInt(line, 10));
}
