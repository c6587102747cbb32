import { randomBytes } from 'node:crypto';
import { link, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { privateFolder, type Layout } from './layout.js';
import { readJson, writeJson } from './private-file.js';

/** Who this host is. `key` makes keyed hashes of contents, so that a hash of a short secret cannot be guessed backwards. */
export interface HostIdentity {
  host: string;
  key: Buffer;
}

/** The host's identity, made once and kept; `wanted` overrules the name for this process. */
export async function hostIdentity(layout: Layout, wanted?: string): Promise<HostIdentity> {
  const file = path.join(layout.home, 'host.json');
  const kept = (await readJson<{ host: string; key: string }>(file)) ?? (await makeIdentity(layout, file));
  return { host: wanted ?? kept.host, key: Buffer.from(kept.key, 'hex') };
}

/** Two processes may start at once: the first to link its file wins, and both read that one. */
async function makeIdentity(layout: Layout, file: string): Promise<{ host: string; key: string }> {
  await privateFolder(layout.home);
  const name = os
    .hostname()
    .toLowerCase()
    .replace(/[^a-z0-9-]/g, '-');
  const mine = `${file}.${process.pid}`;
  await writeJson(mine, { host: `${name}-${randomBytes(3).toString('hex')}`, key: randomBytes(32).toString('hex') });
  await link(mine, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await rm(mine, { force: true });
  return (await readJson<{ host: string; key: string }>(file))!;
}
