import { wasKilled } from './child-traces.js';
import { type CommandEnd, runToEnd } from './run-to-end.js';
import { Weather } from './weather.js';

/**
 * What `docker compose … config …` says. One that was ended from outside, as by *Ctrl-C* in the terminal of a worker, has refused nothing:
 * throws `Weather`.
 */
export async function composeConfig(...asked: Parameters<typeof runToEnd>): Promise<CommandEnd> {
  const end = await runToEnd(...asked);
  if (wasKilled(end.exitCode)) throw new Weather('docker compose config was ended from outside');
  return end;
}
