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
  /** It has no healthcheck, its image's included: a pass says no more than that it runs. */
  unchecked?: boolean;
  /** Nothing spoke for it or against it until its time was up. */
  outOfTime?: boolean;
  /** How often Docker had restarted its containers by then; absent where that was not looked at. */
  restarts?: number;
  /** How long the gate took. */
  durationMs: number;
}

/** What one look at one container of a service saw. Texts in it are redacted. */
export interface Sample {
  atMs: number;
  id: string;
  /** The container's name. */
  container: string;
  /** Compose's number of it within its service, from 1. */
  number: number;
  createdAtMs: number;
  state: 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead' | 'missing';
  /** What Docker says; while restarting it may be 0 whatever happened. */
  exitCode?: number;
  /** How its last run ended, from the engine's events. */
  death?: { exitCode: number; atMs: number };
  oomKilled?: boolean;
  /** Docker's own words for why it did not start. */
  error?: string;
  /** Restarts since the container was created, or last started by hand. */
  restartCount: number;
  restartPolicy: RestartPolicy;
  startedAtMs?: number;
  /** Docker's own judgement, with begin and end of the probe it rests on; `none` without a healthcheck. */
  health: 'none' | 'starting' | 'healthy' | 'unhealthy';
  healthBeganAtMs?: number;
  healthAtMs?: number;
  failingStreak?: number;
  /** By how much Docker's probes came too late, at most; absent where they were in time. */
  probesLateMs?: number;
  /** How Docker's last probe ended. */
  healthProbe?: { exitCode: number; output: string };
  /** How often Docker probes, how long one probe may take, and how many in a row must fail to make it unhealthy. */
  healthcheck?: { intervalMs: number; timeoutMs: number; retries: number };
  /** We run its healthcheck ourselves, besides Docker. */
  probing?: boolean;
  /** What our own last run of it said of the container's present start; absent until one has ended. */
  probe?: OwnProbe;
  /** Since when our next run of it is under way. */
  probeBeganAtMs?: number;
}

export interface OwnProbe {
  /** `broken`: the command could not be run. */
  outcome: 'ok' | 'failed' | 'broken';
  /** When it ended. */
  atMs: number;
  durationMs: number;
  exitCode?: number;
  detail?: string;
}

export interface RestartPolicy {
  name: 'no' | 'always' | 'unless-stopped' | 'on-failure';
  /** Only of `on-failure`; 0 is without end. */
  maximumRetries: number;
}
