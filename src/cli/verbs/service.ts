import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { packageRoot } from '../../package-root.js';
import { EXIT } from '../../spec/outcome.js';
import { CommandFailed } from '../errors.js';
import { confirm } from '../prompt.js';
import {
  installCommands,
  isSystemdHere,
  logCommand,
  removeCommands,
  runAll,
  serviceState,
  type Systemd,
  systemdOf,
} from '../service/systemd.js';
import { carriedEnvironment, unitText } from '../service/unit.js';
import { WORKER_NODE_FLAGS } from '../../worker/node-flags.js';
import type { Cli } from '../terminal.js';

export interface InstallFlags {
  port?: string;
  uiPort?: string;
  db?: string;
  dryRun?: boolean;
}

/** Has systemd run `evenkeel server`, or a worker, from now on and at every boot. Without systemd it prints what it would do. */
export async function installService(cli: Cli, what: 'server' | 'worker', flags: InstallFlags): Promise<number> {
  const systemd = systemdOf(cli.env);
  const { carried, secret } = carriedEnvironment(cli.env);
  const unit = unitText({ command: commandOf(cli, what, flags), env: carried, scope: systemd.scope });
  if (secret.length > 0) cli.say(`not written into the unit, which everybody can read: ${secret.join(', ')}`);
  for (const remedy of remediesFor(systemd, secret)) cli.say(`  ${remedy}`);
  if (flags.dryRun || !isSystemdHere()) return wouldInstall(cli, systemd, unit, flags.dryRun === true);

  await mkdir(path.dirname(systemd.unitFile), { recursive: true });
  await writeFile(systemd.unitFile, unit);
  await attempt(systemd, installCommands(systemd));
  if (cli.flags.json) cli.printJson({ unitFile: systemd.unitFile, installed: true });
  else cli.say(`evenkeel ${what} runs by ${systemd.unitFile}; its log: ${logCommand(systemd)}`);
  if (systemd.scope === 'user') cli.say('to have it run while you are logged out: loginctl enable-linger');
  return EXIT.ok;
}

/** Whether it is installed, and runs. Exit code 1 where it does not. */
export async function serviceStatus(cli: Cli): Promise<number> {
  const systemd = systemdOf(cli.env);
  const installed = existsSync(systemd.unitFile);
  const state = isSystemdHere() ? await serviceState(systemd) : 'no systemd here';
  if (cli.flags.json) cli.printJson({ unitFile: systemd.unitFile, installed, state });
  else cli.print(installed ? `${systemd.unitFile}: ${state}` : `not installed (${state}): evenkeel service install`);
  return installed && state === 'active' ? EXIT.ok : EXIT.failed;
}

/** Stops it and takes its unit away. Runs in flight go on with the next worker. */
export async function removeService(cli: Cli, flags: { yes?: boolean }): Promise<number> {
  const systemd = systemdOf(cli.env);
  if (!existsSync(systemd.unitFile)) {
    cli.say(`nothing to remove: there is no ${systemd.unitFile}`);
    return EXIT.ok;
  }
  if (!(await confirm(cli, `Stop evenkeel and remove ${systemd.unitFile}?`, flags.yes ?? false))) {
    cli.say('left as it is');
    return EXIT.failed;
  }
  await removeUnit(systemd);
  if (cli.flags.json) cli.printJson({ removed: systemd.unitFile });
  else cli.say(`removed ${systemd.unitFile}`);
  return EXIT.ok;
}

/** Afterwards there is no unit of ours, and nothing of it runs. */
export async function removeUnit(systemd: Systemd): Promise<void> {
  const { before, after } = removeCommands(systemd);
  if (isSystemdHere()) await attempt(systemd, before);
  await rm(systemd.unitFile, { force: true });
  if (isSystemdHere()) await attempt(systemd, after);
}

function commandOf({ flags }: Cli, what: 'server' | 'worker', { port, uiPort, db }: InstallFlags): string[] {
  const given = (flag: string, value: string | undefined): string[] => (value === undefined ? [] : [flag, value]);
  return [
    ...[process.execPath, ...(what === 'worker' ? WORKER_NODE_FLAGS : [])],
    ...[path.join(packageRoot(), 'bin', 'evenkeel.mjs'), what],
    ...given('--host', flags.host),
    ...given('--namespace', flags.namespace),
    ...(what === 'worker'
      ? given('--address', flags.address)
      : [...given('--port', port), ...given('--ui-port', uiPort), ...given('--db', db && path.resolve(db))]),
  ];
}

function wouldInstall(cli: Cli, systemd: Systemd, unit: string, asAsked: boolean): number {
  const commands = installCommands(systemd);
  if (cli.flags.json) cli.printJson({ unitFile: systemd.unitFile, installed: false, unit, commands });
  else {
    cli.say(asAsked ? 'this would be done:' : 'there is no systemd here, so nothing was done; with it, this would be:');
    cli.print(`# ${systemd.unitFile}\n${unit}`);
    for (const command of commands) cli.print(command.join(' '));
  }
  return asAsked ? EXIT.ok : EXIT.failed;
}

/** Where secrets can be, instead. */
function remediesFor({ systemctl }: Systemd, secret: string[]): string[] {
  const [ofTemporal, others] = [/^TEMPORAL_/, /^(?!TEMPORAL_)/].map((of) => secret.some((name) => of.test(name)));
  return [
    ...(ofTemporal
      ? ["those of Temporal: put them into a profile of Temporal's, and name its TEMPORAL_CONFIG_FILE"]
      : []),
    ...(others
      ? [`the others: ${systemctl.join(' ')} edit evenkeel, with an EnvironmentFile= that only its owner can read`]
      : []),
  ];
}

async function attempt(systemd: Systemd, commands: string[][]): Promise<void> {
  try {
    await runAll(commands);
  } catch (error) {
    throw new CommandFailed(
      (error as Error).message.trim(),
      `look at it: ${[...systemd.systemctl, 'status', 'evenkeel'].join(' ')}`,
    );
  }
}
