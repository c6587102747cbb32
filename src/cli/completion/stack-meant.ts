import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Layout } from '../../store/layout.js';
import { chooseStack } from '../choose-stack.js';
import { filesRead } from '../compose-project.js';
import type { GlobalFlags } from '../global-flags.js';
import { plainCompose } from '../plain-compose.js';

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
    const text = await readFile(file, 'utf8');
    for (const name of plainCompose(text)?.services ?? (await servicesByYaml(text))) names.add(name);
  }
  return [...names].sort();
}

async function servicesByYaml(text: string): Promise<string[]> {
  const { isMap, parseDocument } = await import('yaml');
  const services = parseDocument(text, { logLevel: 'silent' }).get('services');
  return isMap(services) ? services.items.map(({ key }) => String(key)) : [];
}
