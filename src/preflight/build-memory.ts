import type { Finding } from '../spec/finding.js';
import { sizeText } from './sizes.js';

/** No compiler gets anywhere below this, and what serves would be killed for it. */
const LEAST_BYTES = 256 * 1024 ** 2;

/** Whether there is memory for one build; there is always one at a time, so too little of it is only a warning. */
export function checkBuildMemory(availableBytes: number, builds: number, buildMemoryBytes: number): Finding[] {
  if (builds === 0 || availableBytes >= buildMemoryBytes) return [];
  return [
    {
      rule: 'memory-low',
      severity: availableBytes < LEAST_BYTES ? 'error' : 'warning',
      message: `${sizeText(availableBytes)} of memory are available, where a build may need ${sizeText(buildMemoryBytes)}`,
      remedy: 'free memory, or lower x-evenkeel.limits.build_memory if your builds need less',
    },
  ];
}
