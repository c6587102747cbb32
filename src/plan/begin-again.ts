import type { NextCommand } from '../spec/what-serves.js';

/** What a run was for, as far as it has come. */
export interface RunKind {
  /** The runbook: `deploy`, `rollback`, … */
  type: string;
  /** Of a rollback that had chosen: the release that it was to bring back. */
  to?: string;
  /** Of a rollback: data was to come back too. */
  restoreData?: boolean;
}

/** What comes after a run that has touched no service: what it was for, once more. `at`: the flags by which the stack is found. */
export function beginAgain({ type, to, restoreData }: RunKind, at: string): NextCommand {
  const untouched = 'no service was touched';
  if (type === 'rollback' && to !== undefined) {
    return {
      command: `evenkeel rollback ${to}${restoreData ? ' --restore-data' : ''} ${at}`,
      means: `${untouched}: it goes back to release ${to}, as it was to, once what failed is mended`,
    };
  }
  if (type === 'rollback') {
    return {
      command: `evenkeel releases ${at}`,
      means: `${untouched}: says what can be gone back to, once what failed is mended: evenkeel rollback RELEASE ${at}`,
    };
  }
  if (type === 'restore') {
    return {
      command: `evenkeel check ${at}`,
      means: `${untouched}: says whether what runs is well; then what was asked for: evenkeel restore BACKUP SERVICE ${at}`,
    };
  }
  if (type === 'backup') {
    return {
      command: `evenkeel check ${at}`,
      means: `${untouched}: says whether what runs is well; then once more: evenkeel backup create ${at}`,
    };
  }
  return {
    command: `evenkeel deploy ${at}`,
    means: `${untouched}: it goes on from what is there, once what failed is mended`,
  };
}

/** What comes where nothing of what was before can be brought back: only the files are left. */
export function deployInstead({ type }: RunKind, at: string): NextCommand {
  const means = 'deploys what the files ask for, once that is mended: no release can be gone back to';
  const first = '; see first that it is not what the rollback was to get rid of';
  const after = `; then restore once more: evenkeel restore BACKUP SERVICE ${at}`;
  return {
    command: `evenkeel deploy ${at}`,
    means: `${means}${type === 'rollback' ? first : type === 'restore' ? after : ''}`,
  };
}
