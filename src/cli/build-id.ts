import { UsageError } from './errors.js';
import type { Cli } from './terminal.js';

/** What goes into a command line as it is, and into Temporal's names of versions. */
const BUILD_ID = /^[\w.+-]{1,100}$/;

/** The build id that a worker is to have, where it is to have one: by flag, else by environment. */
export function buildIdIn({ env }: Pick<Cli, 'env'>, flag: string | undefined): string | undefined {
  const text = flag ?? env['EVENKEEL_BUILD_ID'];
  if (text === undefined || (flag === undefined && text === '')) return undefined;
  if (BUILD_ID.test(text)) return text;
  throw new UsageError(
    `${flag === undefined ? 'EVENKEEL_BUILD_ID' : '--build-id'} ${text} is not a build id`,
    'up to 100 letters, digits and . _ + -',
  );
}
