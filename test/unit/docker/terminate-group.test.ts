import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { terminateGroup } from '../../../src/docker/terminate-group.js';

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

  it('is content when nobody is left', async () => {
    const quick = spawn('/bin/true', { detached: true, stdio: 'ignore' });
    await once(quick, 'exit');
    expect(await terminateGroup(quick.pid!)).toEqual({ killed: false });
  });
});
