import path from 'node:path';
import type { Layout } from '../store/layout.js';
import { readJson } from '../store/private-file.js';
import { claimedHosts } from '../worker/claimed-hosts.js';

/**
 * The id by which runs know this machine: as its worker calls itself, where there is one; else that of the state folder.
 * Undefined before the first worker has started.
 */
export async function thisHost(layout: Layout): Promise<string | undefined> {
  const own = await ownHost(layout);
  const claimed = await claimedHosts(layout);
  return claimed.length === 0 || (own !== undefined && claimed.includes(own)) ? own : claimed[0];
}

/** The id that the state folder keeps. */
export async function ownHost(layout: Layout): Promise<string | undefined> {
  return (await readJson<{ host?: string }>(path.join(layout.home, 'host.json')))?.host;
}
