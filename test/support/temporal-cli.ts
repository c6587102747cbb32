import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** The Temporal CLI that set-up found or installed: on PATH, else in the cache folder. */
export function temporalCli(): string {
  const cache =
    process.env['EVENKEEL_CACHE'] ??
    path.join(process.env['XDG_CACHE_HOME'] ?? path.join(os.homedir(), '.cache'), 'evenkeel');
  const places = [...(process.env['PATH'] ?? '').split(path.delimiter), path.join(cache, 'bin')];
  const found = places.map((place) => path.join(place, 'temporal')).find((file) => existsSync(file));
  if (!found) throw new Error('No Temporal CLI: run npm run setup');
  return found;
}
