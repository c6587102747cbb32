import { UsageError } from './errors.js';
import type { Cli } from './terminal.js';

/** A port as somebody typed it. `flag` is for words. */
export function portIn(text: string, flag: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new UsageError(`${flag} ${text} is not a port`, 'a number from 1 to 65535');
}

/** The port for health and metrics, where one is asked for: by flag, else by environment. */
export function healthPortIn({ env }: Pick<Cli, 'env'>, flag: string | undefined): number | undefined {
  const text = flag ?? env['EVENKEEL_HEALTH_PORT'];
  return text === undefined || text === '' ? undefined : portIn(text, flag ? '--health-port' : 'EVENKEEL_HEALTH_PORT');
}
