/** Every container, network and volume of a twin carries this label; its value is the stack it is a twin of. */
export const TWIN_LABEL = 'evenkeel.twin-of';

/** Names of containers and networks are made of a project's name; this leaves them readable. */
const LONGEST_STACK = 40;
const RUN_CHARACTERS = 8;

/**
 * The Compose project of a run's twin: `shop-twin-3f2a91c0`. It begins as the stack is named, keeps to what Compose allows
 * (lower-case letters, digits, `-` and `_`, no sign first), and no other run has the same.
 */
export function twinProject(stack: string, runId: string): string {
  const run = runId.toLowerCase().replace(/[^a-z0-9]/g, '');
  if (run === '') throw new Error(`the run id "${runId}" has no letter and no digit to name a twin by`);
  const name = stack
    .toLowerCase()
    .replace(/[^a-z0-9_-]/g, '')
    .replace(/^[_-]+/, '')
    .slice(0, LONGEST_STACK);
  return `${name === '' ? 'stack' : name}-twin-${run.slice(0, RUN_CHARACTERS)}`;
}
