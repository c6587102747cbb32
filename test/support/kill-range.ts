import { setTimeout as pause } from 'node:timers/promises';
import { listBackups } from '../../src/store/backups.js';
import { CreatedContainers } from './created-containers.js';
import { DeploymentWorld } from './deployment-world.js';
import { docker } from './docker-cli.js';
import { eventually } from './eventually.js';
import { leaseIsFree, type LeftBehind, leftBehind, releasesOf } from './left-behind.js';
import { MortalTemporal } from './mortal-temporal.js';
import type { RunEnd } from './run-end.js';
import { TestStack } from './test-stack.js';

const AWAY_MS = 5_000;

/** What stands, and what is recorded, in a range. */
export interface Sight {
  state: Record<string, string>;
  /** What web gets from api. */
  answer: string;
  ids: Record<string, string>;
  /** What web keeps in its volume. */
  kept: string;
  releases: { runId: string; kind: string }[];
  /** What each backup that counts has proven, the oldest first. */
  backups: Record<string, boolean>[];
  leftBehind: LeftBehind;
}

/** A host with a stack, on which one run after the other is put under fire. */
export class KillRange {
  /** The version that serves. */
  version = 1;
  /** Ids of backups: one to go back to, and one with which web is not well. */
  readonly backups = { good: '', bad: '' };

  private constructor(
    readonly world: DeploymentWorld,
    private readonly temporal: MortalTemporal,
    readonly stack: TestStack,
    readonly created: CreatedContainers,
  ) {}

  /** Version 1 serves, and there are two backups. */
  static async open(): Promise<KillRange> {
    let temporal: MortalTemporal;
    const world = await DeploymentWorld.start(async (folder) => (temporal = await MortalTemporal.start(folder)));
    const stack = await TestStack.make(world, 'kill-matrix', { '.env': 'VERSION=1\n' });
    const first = await stack.deploy();
    if (first.type !== 'succeeded') throw new Error(`the range could not be opened: ${first.message}`);
    const range = new KillRange(world, temporal!, stack, CreatedContainers.watch(stack));
    await range.keep('of the backup');
    range.backups.good = await range.backUp();
    // Web is not well on what is refused, unless it has been told that it may be there.
    await stack.exec('web', 'sh', '-c', 'touch /tmp/tolerant /state/refused');
    range.backups.bad = await range.backUp();
    await stack.exec('web', 'sh', '-c', 'rm /state/refused /tmp/tolerant');
    return range;
  }

  async close(): Promise<void> {
    await this.created.stop();
    await this.stack.remove();
    await this.removeKeptVolumes();
    await this.world.stop();
  }

  /** Writes a word into the volume of web. */
  async keep(word: string): Promise<void> {
    await this.stack.exec('web', 'sh', '-c', `echo ${word} >/state/kept`);
  }

  /** Looks when nobody is at work any more. */
  async look(): Promise<Sight> {
    const { stack, world } = this;
    await leaseIsFree(stack);
    const backups = await listBackups({ home: world.stateFolder, lockDir: '' }, stack.name);
    return {
      state: await stack.state(),
      answer: await stack.exec('web', 'wget', '-qO-', 'http://api:8080/version'),
      ids: await stack.ids(),
      kept: await stack.exec('web', 'cat', '/state/kept'),
      releases: (await releasesOf(stack)).map(({ runId, kind }) => ({ runId, kind })),
      backups: backups
        .sort((a, b) => a.atMs - b.atMs)
        .map(({ proofs }) => Object.fromEntries(proofs.map(({ store, proven }) => [store, proven]))),
      leftBehind: await leftBehind(stack),
    };
  }

  /** The end of a run, with another worker each time that one is killed. */
  async outlived(ended: Promise<RunEnd>): Promise<RunEnd> {
    for (;;) {
      const end = await Promise.race([ended, this.world.workerEnded()]);
      if (end) return end;
      await this.world.startWorker();
    }
  }

  /** Temporal is killed once a fault has left its mark, and is away for longer than it lets heartbeats be missing. */
  async loseTemporal(): Promise<void> {
    await eventually(
      'the step begins that is struck',
      async () => (await this.world.struckFaults()).length > 0,
      120_000,
    );
    await this.temporal.die();
    await pause(AWAY_MS);
    await this.temporal.live();
  }

  /** Volumes that keep what a restore has replaced: as many as there were restores. */
  async removeKeptVolumes(): Promise<number> {
    const filter = `label=evenkeel.kept-of=${this.stack.name}`;
    const volumes = (await docker(['volume', 'ls', '-q', '--filter', filter])).split('\n').filter(Boolean);
    if (volumes.length > 0) await docker(['volume', 'rm', ...volumes]);
    return volumes.length;
  }

  private async backUp(): Promise<string> {
    const { stack, world } = this;
    const made = await world.evenkeel(['--json', '-p', stack.name, 'backup', 'create'], { cwd: stack.directory });
    if (made.exitCode !== 0) throw new Error(made.stdout + made.stderr);
    const { backup } = JSON.parse(made.stdout) as { backup: { id: string } };
    return backup.id;
  }
}
