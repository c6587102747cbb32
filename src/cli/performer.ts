import os from 'node:os';

/** Who asks, as far as this machine knows: `user@machine`; behind sudo, the person who typed it. A claim, not a proof. */
export function performerFrom(env: NodeJS.ProcessEnv, machine = os.hostname()): string {
  return `${env['SUDO_USER'] || env['USER'] || env['LOGNAME'] || loginName()}@${machine}`;
}

function loginName(): string {
  try {
    return os.userInfo().username;
  } catch {
    // A container may run under a user id that has no name.
    return `uid-${process.getuid?.() ?? 'unknown'}`;
  }
}
