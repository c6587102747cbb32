/** What a gate said of a service, in short. */
export interface GateSummary {
  service: string;
  /** What it was asked: well for the first time, well for the whole window, what it logs, what it answers. */
  question: 'health' | 'stability' | 'log' | 'endpoints';
  verdict: 'pass' | 'fail' | 'inconclusive';
  reason: string;
  /** How often Docker had restarted its containers by then; absent where that was not looked at. */
  restarts?: number;
}
