/** All the answers there are; a question offers some of them. */
export const ANSWERS = ['retry', 'leave', 'go-on', 'roll-back'] as const;

/** What a run takes for an answer. */
export interface Answer {
  how: (typeof ANSWERS)[number];
  /** What follows from it, in plain words. */
  means: string;
}

/** What a run asks people where it can go neither on nor back without them. */
export interface Question {
  /** The run that asks, by its workflow id. */
  run: string;
  /** What it came to a stop at: `restore web`; `restore web (2)` where it asks about that again. Its name among the run's questions. */
  what: string;
  service?: string;
  why: string;
  /** The command with which a person looks at it. */
  look: string;
  answers: Answer[];
  /** Milliseconds since the epoch, by the workflow's clock. */
  sinceMs: number;
}
