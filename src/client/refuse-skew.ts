import type { HostPresence } from '../presence/read-presences.js';
import { ClientError } from './errors.js';

/**
 * Throws `VersionSkew` where a worker at work differs from this client in major or minor: any worker may be the one that
 * takes the run, and its inputs and messages may be others than ours. Patches go together.
 */
export function refuseSkew(own: string, presences: Pick<HostPresence, 'host' | 'version' | 'alive'>[]): void {
  const other = presences.find(({ version, alive }) => alive && minorOf(version) !== minorOf(own));
  if (!other) return;
  const update = 'git pull && npm run setup';
  throw new ClientError(
    'VersionSkew',
    `this is evenkeel ${own}, and the worker of host ${other.host} runs ${other.version}`,
    isOlder(other.version, own)
      ? `update it, on ${other.host}: ${update} — then start its worker (or evenkeel server) again`
      : `update this one, in its clone: ${update}`,
  );
}

function minorOf(version: string): string {
  return numbersOf(version).slice(0, 2).join('.');
}

function isOlder(a: string, b: string): boolean {
  const [majorA = 0, minorA = 0] = numbersOf(a);
  const [majorB = 0, minorB = 0] = numbersOf(b);
  return majorA < majorB || (majorA === majorB && minorA < minorB);
}

function numbersOf(version: string): number[] {
  return version.split(/[.-]/).map(Number);
}
