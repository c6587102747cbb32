import { rulesOf } from './rule.js';

/** What is written when memory runs out. */
export const MEMORY_RULES = rulesOf('memory', [
  {
    id: 'memory/shared-memory',
    pattern:
      /could not resize shared memory segment|could not create shared memory segment|could not open shared memory segment/,
    severity: 'error',
    cause: 'the shared memory of the container is full; it is 64 MB where nothing else is said',
    remedy: 'set shm_size for the service, for example shm_size: 256m',
    examples: [
      'ERROR:  could not resize shared memory segment "/PostgreSQL.123" to 8388608 bytes: No space left on device',
      'FATAL:  could not create shared memory segment: Invalid argument',
      'ERROR:  could not open shared memory segment "/PostgreSQL.123"',
    ],
    counterExamples: ['shared_memory_type = mmap'],
  },
  {
    id: 'memory/exhausted',
    pattern:
      /JavaScript heap out of memory|java\.lang\.OutOfMemoryError|^MemoryError\b|: MemoryError$|numpy\S{0,30}ArrayMemoryError|Cannot allocate memory|cannot allocate memory|ENOMEM\b|Out of memory: Killed process|Perhaps out of memory\?|ERROR: {2}out of memory|FATAL: {2}out of memory|OOM command not allowed|fatal error: runtime: out of memory|OOMKilled|CUDA out of memory/,
    severity: 'error',
    cause: 'memory ran out',
    remedy: 'raise the limit of the service (deploy.resources.limits.memory), or have it hold less at once',
    examples: [
      'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
      'java.lang.OutOfMemoryError: Java heap space',
      'MemoryError',
      'worker 3: MemoryError',
      'numpy.core._exceptions._ArrayMemoryError: Unable to allocate',
      'OSError: [Errno 12] Cannot allocate memory',
      'fork: cannot allocate memory',
      'spawn ENOMEM',
      'Out of memory: Killed process 71 (node)',
      '[ERROR] Worker (pid:9) was sent SIGKILL! Perhaps out of memory?',
      'ERROR:  out of memory',
      'FATAL:  out of memory',
      "(error) OOM command not allowed when used memory > 'maxmemory'.",
      'fatal error: runtime: out of memory',
      'state: OOMKilled',
      'torch.cuda.OutOfMemoryError: CUDA out of memory.',
    ],
    counterExamples: [
      '1:C 05 Jan 2026 10:11:12.131 # WARNING Memory overcommit must be enabled! Without it, a background save or replication may fail under low memory condition.',
      'maxmemory-policy noeviction',
    ],
  },
]);
