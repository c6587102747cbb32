import { backupsToPrune } from '../../backup/prune.js';
import { composeEnvironment } from '../../docker/compose-environment.js';
import { dockerodeEngine } from '../../docker/dockerode-engine.js';
import { examineProject } from '../../docker/examine-project.js';
import { acquireHostLock } from '../../docker/host-lock.js';
import type { BackupManifest } from '../../spec/backup.js';
import { EXIT } from '../../spec/outcome.js';
import { sizeText } from '../../spec/size-text.js';
import { listBackups, removeBackup } from '../../store/backups.js';
import { backupsOfReleases } from '../../store/known-releases.js';
import { type Layout, layoutFrom } from '../../store/layout.js';
import { type ChosenStack, requireStack } from '../choose-stack.js';
import { UsageError } from '../errors.js';
import { confirm } from '../prompt.js';
import type { Cli } from '../terminal.js';

export interface PruneFlags {
  keep?: string;
  dryRun?: boolean;
  yes?: boolean;
}

/**
 * Removes backups of the stack here beyond the newest ones, once somebody has agreed to it. Those that a kept release names, that
 * were the last in which a store was proven, or that another one stands on, stay.
 */
export async function pruneBackups(cli: Cli, flags: PruneFlags): Promise<number> {
  const layout = layoutFrom(cli.env);
  const stack = await requireStack(cli, layout);
  const keep = flags.keep === undefined ? await keptByPolicy(cli, layout, stack) : wholeNumber(flags.keep);
  const spare = await spareBackups(layout, stack.name, keep);
  if (flags.dryRun || spare.length === 0) return tell(cli, { keep, spare, removed: [] });

  for (const backup of spare) cli.say(lineOf(backup));
  const question = `Remove ${spare.length === 1 ? 'this backup' : `these ${spare.length} backups`} of ${stack.name}?`;
  if (!(await confirm(cli, question, flags.yes ?? false))) {
    cli.say('left as it is');
    return EXIT.failed;
  }
  const engineId = await dockerodeEngine(cli.env).id();
  // A step that is at work on the stack may be about to write a proof.
  const lock = await acquireHostLock(layout.lockDir, engineId, stack.name);
  try {
    // A run may have come to depend on one of them while somebody made up their mind.
    const agreed = new Set(spare.map(({ id }) => id));
    const still = (await spareBackups(layout, stack.name, keep)).filter(({ id }) => agreed.has(id));
    for (const { id } of still) await removeBackup(layout, stack.name, id);
    return tell(cli, { keep, spare, removed: still });
  } finally {
    await lock.release();
  }
}

/** Oldest first. */
async function spareBackups(layout: Layout, stack: string, keep: number): Promise<BackupManifest[]> {
  const [backups, named] = await Promise.all([listBackups(layout, stack), backupsOfReleases(layout, stack)]);
  const spare = new Map(backups.map((backup) => [backup.id, backup]));
  return backupsToPrune(backups, keep, new Set(named)).map((id) => spare.get(id)!);
}

async function keptByPolicy(cli: Cli, layout: Layout, { name, entry, project }: ChosenStack): Promise<number> {
  const source = entry ?? project;
  if (!source) {
    throw new UsageError(`no stack "${name}" is registered here, so nothing says how many to keep`, 'say --keep N');
  }
  const env = await composeEnvironment({ layout, env: cli.env }, name);
  const { policy, findings } = await examineProject({ ...source, projectName: name }, env);
  if (findings.every(({ severity }) => severity !== 'error')) return policy.backup.keep;
  throw new UsageError(
    `the configuration of ${name} is not valid, so nothing says how many to keep`,
    'see evenkeel validate, or say --keep N',
  );
}

function wholeNumber(text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new UsageError(`--keep ${text} cannot be`, 'say how many backups are kept, 1 or more');
}

function tell(
  cli: Cli,
  { keep, spare, removed }: Record<'spare' | 'removed', BackupManifest[]> & { keep: number },
): number {
  const ids = (backups: BackupManifest[]): string[] => backups.map(({ id }) => id);
  if (cli.flags.json) cli.printJson({ keep, spare: ids(spare), removed: ids(removed) });
  else if (spare.length === 0) cli.say(`nothing to remove: the newest ${keep}, and what is needed besides, stay`);
  else if (removed.length > 0) for (const { id } of removed) cli.print(`removed ${id}`);
  else for (const backup of spare) cli.print(lineOf(backup));
  return EXIT.ok;
}

function lineOf({ id, atMs, stores }: BackupManifest): string {
  const bytes = stores.flatMap(({ files }) => files).reduce((sum, file) => sum + file.bytes, 0);
  return `${id}, taken ${new Date(atMs).toISOString()}, ${sizeText(bytes)}`;
}
