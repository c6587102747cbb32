import { describe, expect, it } from '@jest/globals';
import { EndedBySignal, runToEnd } from '../../../src/docker/run-to-end.js';

const at = { cwd: '/', env: process.env };

describe('a command that only looks', () => {
  it('may have a group of its own, so that what interrupts ours at a terminal does not end it', async () => {
    const { stdout } = await runToEnd(['sh', '-c', 'echo $$; ps -o pgid= -p $$'], { ...at, ownGroup: true });
    const [pid, group] = stdout.split('\n').map(Number);
    expect(group).toBe(pid);
  });

  it('tells an end by a signal from one by itself', async () => {
    expect(await runToEnd(['sh', '-c', 'exit 137'], at)).toMatchObject({ exitCode: 137 });
    const killed = runToEnd(['sh', '-c', 'kill -KILL $$'], at);
    await expect(killed).rejects.toBeInstanceOf(EndedBySignal);
    await expect(killed).rejects.toMatchObject({ isOvertime: false });
    await expect(runToEnd(['/no/such/program'], at)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('ends with all that it has started when its time is over', async () => {
    const slow = runToEnd(['sh', '-c', 'sleep 600 | cat'], { ...at, timeoutMs: 200, ownGroup: true });
    await expect(slow).rejects.toMatchObject({ isOvertime: true });
  });
});
