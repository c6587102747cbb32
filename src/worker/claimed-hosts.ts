import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { encodeName, type Layout } from '../store/layout.js';

/** In the lock folder of each engine. */
const HOLDER = 'host';

/** Ids under which workers have worked on this machine's engines, as their claims say; a worker may be gone by now. */
export async function claimedHosts(layout: Layout): Promise<string[]> {
  const engines = await readdir(layout.lockDir).catch(() => []);
  const hosts = await Promise.all(engines.map((engine) => hostIn(path.join(layout.lockDir, engine, HOLDER))));
  return [...new Set(hosts.filter((host) => host !== undefined))];
}

/** The same of one engine; undefined where no worker has claimed it yet. */
export async function claimedHost(layout: Layout, engineId: string): Promise<string | undefined> {
  return hostIn(holderFile(layout, engineId));
}

/** Where the worker that claims an engine writes its host id. */
export function holderFile(layout: Layout, engineId: string): string {
  return path.join(layout.lockDir, encodeName(engineId), HOLDER);
}

async function hostIn(file: string): Promise<string | undefined> {
  const host = (await readFile(file, 'utf8').catch(() => '')).trim();
  return host === '' ? undefined : host;
}
