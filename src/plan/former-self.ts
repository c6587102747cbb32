import type { ContainerEnd } from './gate-for.js';

/**
 * For a run that was reset in the middle: what its former self found and had begun. The same goes for what a run before has left that
 * never came to its end.
 */
export interface FormerSelf {
  /** Services that are no more what they were; they are judged and answered for as if this run had begun them. */
  begun: string[];
  /** By service, what was there; what is not listed was not. */
  containers: Record<string, ContainerEnd[]>;
  /** Services that were sick before anything was done. */
  sick: string[];
  /** Why they are judged, in plain words; absent after a reset. */
  because?: string;
}
