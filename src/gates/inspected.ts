/** The part of `docker inspect` that gates read. Some of it holds secrets: it never leaves the host. */
export interface Inspected {
  Id: string;
  Name: string;
  Created: string;
  RestartCount: number;
  State: {
    Status: string;
    ExitCode: number;
    OOMKilled: boolean;
    Error: string;
    StartedAt: string;
    Health?:
      | {
          Status: string;
          FailingStreak: number;
          Log: { Start: string; End: string; ExitCode: number; Output: string }[] | null;
        }
      | undefined;
  };
  HostConfig: { RestartPolicy?: { Name: string; MaximumRetryCount?: number | undefined } | undefined };
  Config: {
    Labels?: Record<string, string> | null;
    Healthcheck?:
      | {
          Test?: string[] | undefined;
          Interval?: number | undefined;
          Timeout?: number | undefined;
          Retries?: number | undefined;
        }
      | undefined;
    Shell?: string[] | undefined;
  };
}
