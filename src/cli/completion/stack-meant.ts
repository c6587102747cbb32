import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { isMap, parseDocument } from 'yaml';
import type { Layout } from '../../store/layout.js';
import { chooseStack } from '../choose-stack.js';
import { filesRead } from '../compose-project.js';
import type { GlobalFlags } from '../global-flags.js';

/** The stack that the command line means, and the services that its Compose files name; undefined where it means none. */
export async function stackMeant(
  layout: Layout,
  flags: GlobalFlags,
  cwd: string,
): Promise<{ name: string; services: () => Promise<string[]> } | undefined> {
  const chosen = await chooseStack({ flags, cwd }, layout).catch(() => undefined);
  if (!chosen) return undefined;
  const source = chosen.entry ?? chosen.project;
  return { name: chosen.name, services: () => servicesIn(source ? filesRead(source) : []) };
}

async function servicesIn(files: string[]): Promise<string[]> {
  const names = new Set<string>();
  for (const file of files.filter((each) => existsSync(each))) {
    const services = parseDocument(await readFile(file, 'utf8'), { logLevel: 'silent' }).get('services');
    if (isMap(services)) for (const { key } of services.items) names.add(String(key));
  }
  return [...names].sort();
}
