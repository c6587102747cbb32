import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Where systemd keeps our unit, and how it is spoken to. */
export interface Systemd {
  scope: 'system' | 'user';
  unitFile: string;
  /** `systemctl` with what comes before the verb. */
  systemctl: string[];
}

const UNIT = 'evenkeel.service';

/** As root the machine's own systemd, else that of the user. */
export function systemdOf(env: NodeJS.ProcessEnv, isRoot = process.getuid?.() === 0): Systemd {
  if (isRoot) {
    return { scope: 'system', unitFile: path.join('/etc/systemd/system', UNIT), systemctl: ['systemctl'] };
  }
  const config = env['XDG_CONFIG_HOME'] || path.join(os.homedir(), '.config');
  return { scope: 'user', unitFile: path.join(config, 'systemd', 'user', UNIT), systemctl: ['systemctl', '--user'] };
}

/** Whether this machine is run by systemd; `systemctl` may be there without it. */
export function isSystemdHere(): boolean {
  return existsSync('/run/systemd/system');
}

export function installCommands({ systemctl }: Systemd): string[][] {
  return [
    [...systemctl, 'daemon-reload'],
    [...systemctl, 'enable', UNIT],
    // Also where it ran already, with another unit.
    [...systemctl, 'restart', UNIT],
  ];
}

export function removeCommands({ systemctl }: Systemd): { before: string[][]; after: string[][] } {
  return { before: [[...systemctl, 'disable', '--now', UNIT]], after: [[...systemctl, 'daemon-reload']] };
}

/** The command that shows what it has logged. */
export function logCommand({ scope }: Systemd): string {
  return `journalctl ${scope === 'user' ? '--user ' : ''}-u evenkeel`;
}

/** `active`, `inactive`, `failed`, … */
export async function serviceState({ systemctl }: Systemd): Promise<string> {
  const [program, ...before] = systemctl as [string, ...string[]];
  // It exits with 3 for everything but active, and prints the word all the same.
  const { stdout } = await run(program, [...before, 'is-active', UNIT]).catch((error: { stdout?: string }) => ({
    stdout: error.stdout ?? '',
  }));
  return stdout.trim() || 'unknown';
}

/** Runs commands one after another. Throws with what the first one that fails has said. */
export async function runAll(commands: string[][]): Promise<void> {
  for (const [program, ...args] of commands as [string, ...string[]][]) await run(program, args);
}
