import { layoutFrom } from '../store/layout.js';
import { openMode } from '../store/open-mode.js';
import type { Cli } from './terminal.js';

/** Before secrets are written: says so where others may enter the state folder. It may be anybody's, so it stays as it is. */
export async function warnOfOpenStateFolder(cli: Cli): Promise<void> {
  const { home } = layoutFrom(cli.env);
  const mode = await openMode(home);
  if (mode === undefined) return;
  cli.say(`warning: ${home} has mode ${mode}: others may read what is in it. Close it: chmod 700 ${home}`);
}
