/**
 * Programs that outlive us. A child runs detached in its own process group, writes to files in a folder, and leaves its
 * pid, start time and exit code there, so that whoever comes after a killed worker finds it, waits for it, and reads it.
 */
export interface ChildCommand {
  /** The folder of this child's traces; one child a folder. Created 0700. */
  folder: string;
  /** Program and arguments; never a shell string, never a secret. */
  argv: string[];
  cwd: string;
  /** The whole environment. May hold secrets: it is given to the child and written nowhere. */
  env: Record<string, string>;
  /** An open descriptor that the child inherits as 3 and holds for as long as it lives: the host lock. */
  lockFd?: number;
}

/** How a child ended. */
export type ChildEnd =
  | { kind: 'exited'; exitCode: number; outputFile: string }
  /** Nothing of it is at work any more and it left no exit code: only a look at Docker tells what it did. */
  | { kind: 'lost'; outputFile: string };

/** A child whose end is known. */
export type Exited = Extract<ChildEnd, { kind: 'exited' }>;

export interface WaitOptions {
  /** On abort the child's group gets TERM, and KILL after 10 s. Without it the child is always waited for. */
  terminateOn?: AbortSignal;
  /** On abort the child is left to whoever comes next, and the signal's reason is thrown. */
  leaveOn?: AbortSignal;
}
