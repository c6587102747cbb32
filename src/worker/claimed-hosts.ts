import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Layout } from '../store/layout.js';

/** Ids under which workers have worked on this machine's engines, as their claims say; a worker may be gone by now. */
export async function claimedHosts(layout: Layout): Promise<string[]> {
  const engines = await readdir(layout.lockDir).catch(() => []);
  const hosts = await Promise.all(
    engines.map((engine) => readFile(path.join(layout.lockDir, engine, 'host'), 'utf8').catch(() => '')),
  );
  return [...new Set(hosts.map((host) => host.trim()).filter((host) => host !== ''))];
}
