import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { terminateGroup } from '../../../src/docker/terminate-group.js';
import { eventually } from '../../support/processes.js';

/** Zombies included. */
function isLeader(pid: number): boolean {
  try {
    return process.kill(-pid, 0);
  } catch {
    return false;
  }
}

describe('terminateGroup', () => {
  it('kills what does not listen to TERM', async () => {
    const deaf = spawn('/bin/sh', ['-c', 'trap "" TERM; echo ready; while :; do sleep 0.05; done'], {
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await once(deaf.stdout, 'data');
    const exit = once(deaf, 'exit');
    expect(await terminateGroup(deaf.pid!, 200)).toEqual({ killed: true });
    expect(await exit).toEqual([null, 'SIGKILL']);
  });

  it('does not wait for anybody to reap what has ended', async () => {
    // What becomes of the shell never asks for its child.
    const parent = spawn('/bin/sh', ['-c', 'setsid sleep 300 & echo $!; exec sleep 300'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    try {
      const [said] = (await once(parent.stdout, 'data')) as [Buffer];
      const child = Number(said.toString());
      await eventually('it leads a group', () => isLeader(child) || undefined);
      expect(await terminateGroup(child)).toEqual({ killed: false });
      expect(isLeader(child)).toBe(true);
    } finally {
      parent.kill('SIGKILL');
    }
  });

  it('is content when nobody is left', async () => {
    const quick = spawn('/bin/true', { detached: true, stdio: 'ignore' });
    await once(quick, 'exit');
    expect(await terminateGroup(quick.pid!)).toEqual({ killed: false });
  });
});
