import { describe, expect, it } from '@jest/globals';
import { SharedHostLocks } from '../../../src/docker/shared-host-lock.js';

const never = new AbortController().signal;

/** Counts how often the lock was taken, and how often it was given back. */
function counted() {
  const told = { taken: 0, released: 0, givenUp: false };
  let grant: () => void = () => undefined;
  const free = new Promise<void>((resolve) => (grant = resolve));
  const acquire = async (signal: AbortSignal) => {
    told.taken += 1;
    signal.addEventListener('abort', () => (told.givenUp = true));
    await free;
    return { fd: 7, release: async () => void (told.released += 1) };
  };
  return { told, acquire, grant };
}

describe('SharedHostLocks', () => {
  it('takes the lock once for all of a key, and gives it back with the last of them', async () => {
    const { told, acquire, grant } = counted();
    const locks = new SharedHostLocks();
    const joining = [locks.join('run', acquire, never), locks.join('run', acquire, never)];
    grant();
    const [one, other] = await Promise.all(joining);
    expect([one!.fd, other!.fd]).toEqual([7, 7]);
    await one!.release();
    expect(told).toMatchObject({ taken: 1, released: 0 });
    await other!.release();
    expect(told).toMatchObject({ taken: 1, released: 1 });
  });

  it('takes it anew for another key, and for who comes after the last has left', async () => {
    const { told, acquire, grant } = counted();
    const locks = new SharedHostLocks();
    grant();
    await (await locks.join('run', acquire, never)).release();
    await (await locks.join('run', acquire, never)).release();
    await (await locks.join('other', acquire, never)).release();
    expect(told).toMatchObject({ taken: 3, released: 3 });
  });

  it('lets one who gives up waiting go, and the others wait on', async () => {
    const { told, acquire, grant } = counted();
    const locks = new SharedHostLocks();
    const impatient = new AbortController();
    const gone = locks.join('run', acquire, impatient.signal);
    const patient = locks.join('run', acquire, never);
    impatient.abort(new Error('stopped'));
    await expect(gone).rejects.toThrow('stopped');
    expect(told.givenUp).toBe(false);
    grant();
    await (await patient).release();
    expect(told).toMatchObject({ taken: 1, released: 1 });
  });

  it('stops waiting when the last has given up, and keeps nothing', async () => {
    const { told, acquire, grant } = counted();
    const locks = new SharedHostLocks();
    const impatient = new AbortController();
    const gone = locks.join('run', acquire, impatient.signal);
    grant();
    impatient.abort(new Error('stopped'));
    await expect(gone).rejects.toThrow('stopped');
    expect(told).toMatchObject({ taken: 1, released: 1, givenUp: true });
  });

  it('passes a failure to take it on to everybody, and tries anew for the next', async () => {
    const locks = new SharedHostLocks();
    const fail = () => Promise.reject(new Error('no lock folder'));
    const both = await Promise.allSettled([locks.join('run', fail, never), locks.join('run', fail, never)]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const { acquire, grant } = counted();
    grant();
    await expect(locks.join('run', acquire, never)).resolves.toMatchObject({ fd: 7 });
  });
});
