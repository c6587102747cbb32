import type { Finding } from './finding.js';
import { shellQuoted } from './shell-quoted.js';

/** How many `._*` files there are in a build context, and whose it is. */
export interface AppleDoubles {
  context: string;
  services: string[];
  count: number;
  /** The context is larger than what was looked at. */
  atLeast: boolean;
}

/** The warning about them; none where there are none. */
export function appleDoubleFinding({ context, services, count, atLeast }: AppleDoubles): Finding[] {
  if (count === 0) return [];
  const files = count === 1 ? 'file' : 'files';
  return [
    {
      rule: 'apple-double',
      severity: 'warning',
      message:
        `${atLeast ? 'at least ' : ''}${count} AppleDouble ${files} (._*) in the build context of ${services.join(', ')}: ` +
        'left there by copying from macOS, and read as source by tools that take every file of a folder',
      remedy: `find ${quoted(context)} -name '._*' -type f -delete`,
      ...(services.length === 1 && { service: services[0] }),
    },
  ];
}

function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : shellQuoted(path);
}
