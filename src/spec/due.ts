/** What a look knows of when the next ones come, as the schedule was when Temporal was asked. */
export interface Due {
  /** Milliseconds since the epoch, the next one first. */
  times: number[];
  askedAtMs: number;
}
