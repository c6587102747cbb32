import { Argument, Command, Option } from 'commander';
import { DEFAULT_PORT } from '../client/default-address.js';
import { ANSWERS } from '../spec/question.js';
import { SKIPPABLE } from '../spec/skippable.js';
import { layoutFrom } from '../store/layout.js';
import { refuseNewerState } from '../store/state-format.js';
import { SHELLS } from './completion/scripts.js';
import { globalFlags, type TypedGlobalFlags } from './global-flags.js';
import { packageVersion } from '../package-root.js';
import { type Cli, createCli, type Surroundings } from './terminal.js';

/** What a verb does: its arguments and flags in, the exit code out. */
type Verb<Arguments extends unknown[]> = (cli: Cli, ...args: Arguments) => Promise<number>;

/** These say so where a state folder is too new, have nothing to do with it, or take it away. */
const NEED_NO_STATE = ['doctor', 'version', 'completion', '__complete', 'uninstall'];

/**
 * The whole surface of the command line: every verb with its flags. What a verb does is loaded when it is called, so
 * that help and usage errors come at once. `finish` is told the exit code.
 */
export function createProgram(surroundings: Surroundings, finish: (exitCode: number) => void): Command {
  const program = new Command('evenkeel')
    .description('Durable deployment runbooks for Docker Compose stacks, on Temporal')
    .usage('[global flags] <verb> [SERVICE…]')
    .version(packageVersion(), '--version', 'the version of evenkeel alone')
    .option('-f, --file <file>', 'Compose file; may be repeated (COMPOSE_FILE)', collect)
    .option('-p, --project-name <name>', 'the stack (COMPOSE_PROJECT_NAME); default: the project of this directory')
    .option('--project-directory <dir>', 'where the project is; default: that of the first Compose file')
    .option('--env-file <file>', 'instead of .env; may be repeated (COMPOSE_ENV_FILES)', collect)
    .option('--profile <name>', 'profile to activate; may be repeated (COMPOSE_PROFILES)', collect)
    .option('--host <id>', 'the host of the stack, where several have one of its name')
    .option('--address <host:port>', 'where Temporal is (TEMPORAL_ADDRESS)')
    .option('-n, --namespace <name>', "Temporal's namespace (TEMPORAL_NAMESPACE)")
    .option('--json', 'one JSON document on stdout; errors too')
    .option('-q, --quiet', 'no text for people')
    .option('-v, --verbose', 'stack traces of errors')
    .option('--no-color', 'no colours (NO_COLOR)')
    .configureHelp({ showGlobalOptions: true })
    .helpCommand(false)
    .showHelpAfterError(false);

  const verb = (usage: string, description: string): Command => program.command(usage).description(description);

  /** Joins a verb to what it does: `load` brings the function, `pick` takes its arguments out of commander's. */
  const run =
    <Arguments extends unknown[]>(load: () => Promise<Verb<Arguments>>) =>
    async (...args: unknown[]): Promise<void> => {
      const command = args.at(-1) as Command;
      const cli = createCli(surroundings, globalFlags(command.optsWithGlobals<TypedGlobalFlags>(), surroundings.env));
      if (!NEED_NO_STATE.includes(command.name())) await refuseNewerState(layoutFrom(surroundings.env));
      finish(await (await load())(cli, ...(args.slice(0, -1) as Arguments)));
    };

  verb('server', 'Temporal, its UI and a worker on this machine, in one foreground command')
    .option('--port <port>', "Temporal's port", String(DEFAULT_PORT))
    .option('--ui-port <port>', 'port of the Temporal UI; default: 1000 above --port')
    .option('--health-port <port>', 'port of 127.0.0.1 for health and metrics (EVENKEEL_HEALTH_PORT); default: none')
    .option('--db <file>', "Temporal's database; default: temporal.db in the state folder")
    .action(run(async () => (await import('./verbs/server.js')).server));

  verb('worker', 'a worker for an existing Temporal, in the foreground')
    .option('--health-port <port>', 'port of 127.0.0.1 for health and metrics (EVENKEEL_HEALTH_PORT); default: none')
    .option('--build-id <id>', 'be this version of the Worker Deployment "evenkeel" (EVENKEEL_BUILD_ID); default: none')
    .action(run(async () => (await import('./verbs/worker.js')).worker));

  const stack = verb('stack', 'the stacks that this host knows');
  stack
    .command('add [DIR]')
    .description('register a Compose project, or change how it is registered')
    .option('--env <NAME>', 'capture this variable from the shell, for Compose; may be repeated', collect)
    .action(run(async () => (await import('./verbs/stack.js')).addStack));
  stack
    .command('list')
    .description('every registered stack')
    .action(run(async () => (await import('./verbs/stack.js')).listStacks));
  stack
    .command('show [NAME]')
    .description('one stack: its files, profiles and captured variables')
    .action(run(async () => (await import('./verbs/stack.js')).showStack));
  stack
    .command('remove [NAME]')
    .description('forget a stack; its containers, releases and runs stay')
    .option('-y, --yes', 'do not ask')
    .action(run(async () => (await import('./verbs/stack.js')).removeStack));

  const service = verb('service', 'have systemd run evenkeel');
  service
    .command('install')
    .description('run the server, or a worker, from now on and at every boot')
    .addArgument(new Argument('[what]', 'what is run').choices(['server', 'worker']).default('server'))
    .option('--port <port>', "of the server: Temporal's port")
    .option('--ui-port <port>', 'of the server: port of the Temporal UI')
    .option('--db <file>', "of the server: Temporal's database")
    .option('--dry-run', 'print what would be done')
    .action(run(async () => (await import('./verbs/service.js')).installService));
  service
    .command('status')
    .description('is it installed, and does it run')
    .action(run(async () => (await import('./verbs/service.js')).serviceStatus));
  service
    .command('remove')
    .description('stop it and take its unit away')
    .option('-y, --yes', 'do not ask')
    .action(run(async () => (await import('./verbs/service.js')).removeService));

  verb('uninstall', 'what evenkeel has on this machine, and remove it')
    .option('--data', 'also what cannot be made again: releases, backups, histories, pinned images')
    .option('--dry-run', 'only say what there is')
    .option('-y, --yes', 'do not ask')
    .action(run(async () => (await import('./verbs/uninstall.js')).uninstall));
  verb('completion', 'print what a shell reads for completion: source <(evenkeel completion bash)')
    .addArgument(new Argument('<shell>').choices(SHELLS))
    .action(run(async () => (await import('./verbs/completion.js')).completion));
  program.command('__complete [WORD...]', { hidden: true }).action(
    run(async () => {
      const { complete } = await import('./verbs/completion.js');
      return (cli: Cli, words: string[]) => complete(cli, program, words);
    }),
  );

  verb('doctor', 'is this machine ready, and where is everything').action(
    run(async () => (await import('./verbs/doctor.js')).doctor),
  );
  verb('version', 'the versions of everything that takes part').action(
    run(async () => (await import('./verbs/version.js')).version),
  );
  verb('validate', 'every finding about the configuration, with file, line and column').action(
    run(async () => (await import('./verbs/validate.js')).validate),
  );

  verb('plan [SERVICE...]', 'what a deployment would do, and why')
    .option('--pull', 'as if images were pulled anew')
    .option('--exit-code', 'exit 10 when something would change')
    .action(run(async () => (await import('./verbs/plan.js')).plan));

  verb('deploy [SERVICE...]', 'deploy the stack, or services of it, and follow the run')
    .option('--no-cache', "build without the builder's cache")
    .option('--pull', 'pull images and base images even when a copy is here')
    .option('--reason <text>', 'why; kept with the release')
    .addOption(
      new Option('--skip <part>', 'leave out a part this once; needs --reason').choices(SKIPPABLE).argParser(collect),
    )
    .option('--require-approval', 'wait for a person to approve the plan, also where the stack does not ask for that')
    .option('--when-busy <what>', 'refuse, or queue behind the run that holds the stack')
    .option('--queue', 'short for --when-busy queue')
    .option(
      '--start-by <duration>',
      'reject the run when it cannot begin within this time, queueing included; default 10m',
    )
    .option('--deadline <duration>', 'take it back when it does not serve within this time')
    .option('--dry-run', 'print the plan; change nothing')
    .option('-d, --detach', 'print the run and leave')
    .option('--until <what>', 'follow until it is serving (default), or verified: until its probation has ended')
    .option('--wait-timeout <duration>', 'stop following after this time; the run goes on')
    .action(run(async () => (await import('./verbs/deploy.js')).deploy));

  const backup = verb('backup', 'backups of the data of a stack, each proven by restoring it');
  backup
    .command('create')
    .description('back all data of the stack up, restore it on a twin, and follow the run')
    .option('--reason <text>', 'why; kept in the history')
    .option('--when-busy <what>', 'refuse, or queue behind the run that holds the stack')
    .option('-d, --detach', 'print the run and leave')
    .action(run(async () => (await import('./verbs/backup-create.js')).createBackup));
  backup
    .command('drill [BACKUP]')
    .description('restore a backup on a twin and compare it with what was counted; default: the newest')
    .option('--reason <text>', 'why; kept in the history')
    .option('--when-busy <what>', 'refuse, or queue behind the run that holds the stack')
    .option('-d, --detach', 'print the run and leave')
    .action(run(async () => (await import('./verbs/backup-drill.js')).drillBackup));
  backup
    .command('prune')
    .description('remove backups beyond the newest ones; those that are needed stay')
    .option('--keep <n>', 'how many of the newest stay; default: x-evenkeel.backup.keep')
    .option('--dry-run', 'say what would go; remove nothing')
    .option('-y, --yes', 'do not ask')
    .action(run(async () => (await import('./verbs/backup-prune.js')).pruneBackups));
  backup
    .command('list')
    .description('every backup of the stack on this host, newest first')
    .action(run(async () => (await import('./verbs/backup.js')).listOfBackups));
  backup
    .command('show [BACKUP]')
    .description('what is in a backup, and what was proven; default: the newest')
    .action(run(async () => (await import('./verbs/backup.js')).showBackup));
  backup
    .command('verify [BACKUP]')
    .description('read all files of a backup through, without restoring them; default: the newest')
    .action(run(async () => (await import('./verbs/backup.js')).verifyBackup));

  verb(
    'restore [BACKUP] [SERVICE...]',
    'put data of a backup in place of what the stack has; default: the newest, all of it',
  )
    .option('--reason <text>', 'why; kept in the history')
    .option('--when-busy <what>', 'refuse, or queue behind the run that holds the stack')
    .option('-d, --detach', 'print the run and leave')
    .option('-y, --yes', 'do not ask')
    .action(run(async () => (await import('./verbs/restore.js')).restoreData));

  const schedule = verb('schedule', 'health checks, backups and drills again and again, by the schedules of Temporal');
  schedule
    .command('set <KIND> <WHEN>')
    .description('health, backup or drill; every 5m, or at times of the clock: "0 3 * * *"')
    .option('--timezone <name>', 'the zone of times of the clock, like Europe/Berlin; default: UTC')
    .action(run(async () => (await import('./verbs/schedule.js')).setTime));
  schedule
    .command('list')
    .description('what is scheduled, when it was made and will be made')
    .action(run(async () => (await import('./verbs/schedule.js')).listTimes));
  schedule
    .command('pause [KIND]')
    .description('make no more of it, until it is resumed; deployments leave it paused')
    .option('--reason <text>', 'why; kept with the schedule')
    .action(run(async () => (await import('./verbs/schedule.js')).pauseTimes));
  schedule
    .command('resume [KIND]')
    .description('go on with what was paused')
    .option('--reason <text>', 'why; kept with the schedule')
    .action(run(async () => (await import('./verbs/schedule.js')).resumeTimes));
  schedule
    .command('trigger <KIND>')
    .description('make one now')
    .action(run(async () => (await import('./verbs/schedule.js')).triggerTime));
  schedule
    .command('remove [KIND]')
    .description('schedule it no more')
    .action(run(async () => (await import('./verbs/schedule.js')).removeTimes));

  verb('rollback [RELEASE]', 'bring an earlier release back; default: the last verified one')
    .option(
      '--restore-data',
      'its data too, as backed up before it was replaced; waits for approval, and shows what would be lost',
    )
    .option('--reason <text>', 'why; kept with the release')
    .option('--when-busy <what>', 'refuse, or queue behind the run that holds the stack')
    .option('--dry-run', 'print the plan; change nothing')
    .option('-d, --detach', 'print the run and leave')
    .option('--require-approval', 'wait for a person to approve the plan, also where the stack does not ask for that')
    .action(run(async () => (await import('./verbs/rollback.js')).rollback));

  verb(
    'releases [RELEASE]',
    'what was deployed, when, by whom and why; what serves, and where a rollback would go; of one, all of its record',
  ).action(run(async () => (await import('./verbs/releases.js')).releases));
  verb('status [SERVICE...]', 'all stacks, or the services of one').action(
    run(async () => (await import('./verbs/status.js')).status),
  );
  verb('check [SERVICE...]', 'look at the stack that runs, layer by layer, without a deployment; changes nothing')
    .option(
      '--only <what>',
      'database, redis, network, a layer (infrastructure, backend, frontend), a group or a service',
    )
    .action(run(async () => (await import('./verbs/check.js')).check));
  verb('scan [SERVICE...]', 'failures in the logs of the stack, or of services; with -, in standard input').action(
    run(async () => (await import('./verbs/scan.js')).scan),
  );
  verb('follow [RUN]', "follow a run; default: the stack's newest").action(
    run(async () => (await import('./verbs/follow.js')).follow),
  );
  verb('history', 'past runs of the stack here, or of all: when, who, what came of it; the newest first')
    .option('--limit <n>', 'how many', '20')
    .action(run(async () => (await import('./verbs/history.js')).history));
  verb(
    'show <RUN>',
    'one run: how it ended and why, its steps, findings, approvals, evidence. RUN: an id, how it begins or ends, or last',
  ).action(run(async () => (await import('./verbs/show.js')).show));
  verb('report [RUN]', "a page about one run, to read, print or hand on; default: the stack's newest")
    .option('-o, --output <file>', "where to write it; default: report.html in the run's folder")
    .action(run(async () => (await import('./verbs/report.js')).report));
  const audit = verb('audit', 'the evidence of past runs on this host');
  audit
    .command('export')
    .description('the audit trail as JSON lines: runs, steps, verdicts, messages, seals')
    .option('--since <when>', 'only runs since then: 7d, 12h, 2026-01-31')
    .option('--stack <name>', 'only this stack; default: the one here, else all')
    .action(run(async () => (await import('./verbs/audit.js')).exportAudit));
  audit
    .command('verify [RUN]')
    .description('compare every byte of the evidence with what was sealed; default: every run')
    .action(run(async () => (await import('./verbs/audit.js')).verifyAudit));

  verb('abort [RUN]', "stop a run and take back what it did; default: the stack's running one")
    .option('--reason <text>', 'why; kept in the history')
    .option('-y, --yes', 'do not ask')
    .action(run(async () => (await import('./verbs/abort.js')).abort));

  verb('approve [RUN]', "approve the plan that a run waits with; default: the stack's waiting one")
    .option('--reason <text>', 'why; kept in the history')
    .option('--plan <hash>', 'only this plan: its hash, or how it begins; default: the one that is shown')
    .option('-y, --yes', 'do not ask')
    .action(run(async () => (await import('./verbs/approve.js')).approve));
  verb('reject [RUN]', 'refuse the plan that a run waits with; the run ends, and nothing was touched')
    .option('--reason <text>', 'why; kept in the history')
    .action(run(async () => (await import('./verbs/speak.js')).reject));
  verb('pause [RUN]', "have a run wait before the next services are replaced; default: the stack's running one")
    .option('--reason <text>', 'why; kept in the history')
    .action(run(async () => (await import('./verbs/speak.js')).pause));
  verb('resume [RUN]', 'have a run go on after a pause')
    .option('--reason <text>', 'why; kept in the history')
    .action(run(async () => (await import('./verbs/speak.js')).resume));
  verb('hold [DURATION]', 'have nothing act on the stack by itself for a while; default: 1h. Said again, that counts')
    .option('--reason <text>', 'why; shown to whoever meets it')
    .option('--end', 'lift the hold')
    .option('--dry-run', 'say what would be; change nothing')
    .action(run(async () => (await import('./verbs/hold.js')).hold));
  verb('extend [RUN]', 'give a run more time: for its approval, the gates at work, and its own deadline')
    .requiredOption('--for <duration>', 'how much more, like 30m')
    .option('--reason <text>', 'why; kept in the history')
    .action(run(async () => (await import('./verbs/speak.js')).extend));
  verb('resolve [RUN]', "answer what a run asks, where only a person can decide; default: the stack's asking one")
    .addOption(new Option('--how <answer>', 'one of the answers that it offers').choices(ANSWERS).makeOptionMandatory())
    .option('--what <text>', 'what the question is about; refused where the run asks about something else by now')
    .option('--reason <text>', 'why; kept in the history')
    .action(run(async () => (await import('./verbs/speak.js')).resolve));

  return program;
}

function collect(value: string, before: string[] = []): string[] {
  return [...before, value];
}
