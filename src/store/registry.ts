/** A stack as the host knows it. Paths are absolute. Lists keep the order in which Compose merges them. */
export interface StackEntry {
  name: string;
  directory: string;
  /** Empty: Compose's default files of the directory. */
  files: string[];
  /** Empty: `.env` of the directory. */
  envFiles: string[];
  profiles: string[];
  /** Names of variables captured from the operator's shell; their values are kept apart, 0600. */
  capturedEnv: string[];
  addedAt: string;
}
