import type { ContainerInspect } from './engine.js';

/** Docker's own, where a container says nothing. */
const DEFAULT_GRACE_S = 10;

/** How long Docker gives a container between TERM and KILL when it stops it, in seconds; less than none means for ever. */
export function stopGraceS({ Config }: ContainerInspect): number {
  return (Config as { StopTimeout?: number | null }).StopTimeout ?? DEFAULT_GRACE_S;
}
