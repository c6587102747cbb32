import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { identityOf } from '../../src/worker/server/server-record.js';
import { isPortFree } from '../../src/worker/server/ports.js';
import { isAlive, type ProcessIdentity } from '../../src/docker/child-process-identity.js';
import { type Layout, layoutFrom } from '../../src/store/layout.js';
import { readJson, writeJson } from '../../src/store/private-file.js';
import { dockerLines } from './docker.js';

/** The Compose project of the demo. */
export const PROJECT = 'ek-demo-shop';
/** Narrows a docker command to what Compose made for the demo. */
export const OF_PROJECT = ['--filter', `label=com.docker.compose.project=${PROJECT}`];

/** Where a demo takes place: a folder, ports and an environment of its own, so that it disturbs nothing else. */
export interface Place {
  /** Everything that the demo writes is below it. */
  folder: string;
  /** Its copy of examples/shop. */
  shopFolder: string;
  layout: Layout;
  ports: Ports;
  /** For the server, and for commands as one would type them. */
  env: NodeJS.ProcessEnv;
}

/** Ports of 127.0.0.1. */
export interface Ports {
  temporal: number;
  ui: number;
  api: number;
  web: number;
}

/** Why the demo cannot begin, and the next move. */
export class CannotBegin extends Error {}

/** One folder a user: it can be found again by whoever has to clear up after a demo that was killed. */
export function demoFolder(): string {
  return path.join(os.tmpdir(), `evenkeel-demo-${process.getuid?.() ?? 0}`);
}

/** Makes the place. Throws `CannotBegin` where another demo is at work, or has left something behind. */
export async function makePlace(): Promise<Place> {
  const folder = demoFolder();
  const containers = await dockerLines('ps', '-aq', ...OF_PROJECT);
  if (existsSync(folder) || containers.length > 0) {
    throw new CannotBegin(
      (await demoAtWork(folder))
        ? 'a demo is at work already: wait for it, or end it there with Ctrl-C'
        : 'an earlier demo was kept, or killed: take it away first with  npm run demo -- --stop',
    );
  }
  await mkdir(folder, { mode: 0o700 });
  await writeJson(path.join(folder, 'demo.json'), await identityOf(process.pid));
  return placeAt(folder, await freePorts());
}

/** Whether the process that made the folder still lives. */
export async function demoAtWork(folder: string): Promise<boolean> {
  const identity = await readJson<ProcessIdentity>(path.join(folder, 'demo.json'));
  return identity !== undefined && (await isAlive(identity));
}

function placeAt(folder: string, ports: Ports): Place {
  const env = environmentIn(folder, ports);
  return { folder, shopFolder: path.join(folder, 'shop'), layout: layoutFrom(env), ports, env };
}

/** The layout of a demo's state, wherever its ports are. */
export function demoLayout(folder: string): Layout {
  return layoutFrom(ownFolders(folder));
}

function ownFolders(folder: string): Record<string, string> {
  return { EVENKEEL_HOME: path.join(folder, 'state'), EVENKEEL_LOCK_DIR: path.join(folder, 'locks') };
}

/** Ours, without what would lead to another Temporal, another stack or another state folder. */
function environmentIn(folder: string, { temporal }: Ports): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => name === 'EVENKEEL_CACHE' || !/^(EVENKEEL|TEMPORAL|COMPOSE|SHOP)_/.test(name),
  );
  return {
    ...Object.fromEntries(kept),
    ...ownFolders(folder),
    TEMPORAL_ADDRESS: `127.0.0.1:${temporal}`,
    // There is no such file, which stands for a file without profiles.
    TEMPORAL_CONFIG_FILE: path.join(folder, 'no-temporal-profile'),
  };
}

/** Below the range from which the system takes ports for outgoing connections, so that they stay free. */
const FIRST_PORT = 18_000;
const PORTS_TO_CHOOSE_FROM = 12_000;

async function freePorts(): Promise<Ports> {
  const found = new Set<number>();
  while (found.size < 4) {
    const port = FIRST_PORT + Math.floor(Math.random() * PORTS_TO_CHOOSE_FROM);
    if (await isPortFree(port)) found.add(port);
  }
  const [temporal, ui, api, web] = [...found] as [number, number, number, number];
  return { temporal, ui, api, web };
}
