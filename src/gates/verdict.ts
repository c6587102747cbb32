/** What a gate says, with what it saw. */
export interface Verdict {
  verdict: 'pass' | 'fail' | 'inconclusive';
  /** Why, in a few plain words: `healthy for 5.0 s`, `exited with 1, restarted 2 times`. */
  reason: string;
  service: string;
  /** The last lines the service wrote, redacted; only on a verdict that is not `pass`. */
  excerpt?: string[];
  /** Came up only after a restart within the deadline. */
  flapping?: boolean;
  /** How long the gate took. */
  durationMs: number;
}

/** What one look at one container of a service saw. */
export interface Sample {
  atMs: number;
  container: string;
  state: 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead' | 'missing';
  exitCode?: number;
  oomKilled?: boolean;
  /** Restarts since the container was created. */
  restartCount: number;
  startedAtMs?: number;
  /** Docker's own judgement and the end of the probe it rests on; `none` without a healthcheck. */
  health: 'none' | 'starting' | 'healthy' | 'unhealthy';
  healthAtMs?: number;
  failingStreak?: number;
  /** What our own run of the healthcheck's command said; absent when it was not run. */
  probe?: { outcome: 'ok' | 'failed' | 'broken'; exitCode?: number; durationMs: number; detail?: string };
}
