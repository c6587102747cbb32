import { mkdtemp, rm, symlink } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Engine } from '../../../src/docker/engine.js';
import { claimedHost, claimedHosts } from '../../../src/worker/claimed-hosts.js';
import { claimEngine } from '../../../src/worker/engine-claim.js';
import type { Layout } from '../../../src/store/layout.js';

const engine = { id: async () => 'engine:1' } as unknown as Engine;
let folder: string;
const held: { release: () => Promise<void> }[] = [];

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'ek-claim-'));
});
afterEach(async () => {
  await Promise.all(held.splice(0).map((claim) => claim.release()));
  await rm(folder, { recursive: true, force: true });
});

const layout = (name: string): Layout => ({ home: path.join(folder, name), lockDir: path.join(folder, 'locks') });

async function claim(name: string, host: string, patienceMs = 5_000): Promise<void> {
  held.push(await claimEngine(layout(name), engine, host, { own: patienceMs, others: patienceMs }));
}
/** Who has it keeps it, so nobody has to wait for long. */
const BRIEFLY = 100;

describe('the claim on an engine', () => {
  it('is noted for those who look for the host of this machine', async () => {
    await claim('state', 'here');
    expect(await claimedHost(layout('other'), 'engine:1')).toBe('here');
    expect(await claimedHosts(layout('other'))).toEqual(['here']);
  });

  it('is shared by workers of one host and one state folder, however its path is written', async () => {
    await claim('state', 'here');
    await symlink(path.join(folder, 'state'), path.join(folder, 'same'));
    await claim('same', 'here', BRIEFLY);
    expect(held).toHaveLength(2);
  });

  it.each([
    ['another host id', 'state', 'there'],
    ['another state folder under the same id', 'other', 'here'],
  ])(
    'refuses %s, and says which folder to use',
    async (_, name, host) => {
      await claim('state', 'here');
      const { home } = layout('state');
      await expect(claim(name, host, BRIEFLY)).rejects.toThrow(
        new RegExp(`is worked on as host "here" with the state folder ${home} already.*EVENKEEL_HOME=${home}`),
      );
    },
    30_000,
  );
});
