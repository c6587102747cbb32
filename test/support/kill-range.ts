import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { listBackups } from '../../src/store/backups.js';
import { CreatedContainers } from './created-containers.js';
import type { DeploymentWorld } from './deployment-world.js';
import { docker } from './docker-cli.js';
import { leaseIsFree, type LeftBehind, leftBehind, releasesOf } from './left-behind.js';
import { armProxy, type Ground, GROUNDS, isOurs } from './kill-grounds.js';
import { countRows, type Kept, overrideWithRows, writeRows } from './kill-rows.js';
import type { RunEnd } from './run-end.js';
import type { Blow } from './steps-under-fire.js';
import { makingsOf } from './standing.js';
import { TestStack } from './test-stack.js';

const WELL = 'http://127.0.0.1:8080/health';

/** Long after every step of a course has begun. */
const STRUCK_WITHIN_MS = 180_000;

/** Longer than Docker needs to call a container healthy, or sick, after its start. */
const WELL_WITHIN_MS = 40_000;

/** What stands, and what is recorded, in a range. */
export interface Sight {
  /** What Docker says of the health of those containers that it does not call healthy, although it had time to find out. */
  unwell: string[];
  state: Record<string, string>;
  /** What web gets from api, once it has answered itself. */
  answer: string;
  /** All that a run brings back which was taken back. */
  makings: Awaited<ReturnType<typeof makingsOf>>;
  ids: Record<string, string>;
  /** What web keeps in its volume. */
  kept: string;
  /** How many rows the live database has, in each table. */
  rows: Record<string, number>;
  /** Of which kind each release is, the oldest first. */
  releases: string[];
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
    private readonly ground: Ground,
    readonly stack: TestStack,
    readonly created: CreatedContainers,
    /** The stack has a database. */
    readonly hasRows: boolean,
  ) {}

  get world(): DeploymentWorld {
    return this.ground.world;
  }

  /** Version 1 serves, and there are two backups. */
  static async open(on: keyof typeof GROUNDS, hasRows = false): Promise<KillRange> {
    const ground = await GROUNDS[on](['evenkeel-test/web:1', ...(hasRows ? ['evenkeel-local/postgres:15'] : [])]);
    try {
      return await KillRange.openOn(ground, hasRows);
    } catch (error) {
      await ground.close();
      throw error;
    }
  }

  private static async openOn(ground: Ground, hasRows: boolean): Promise<KillRange> {
    const { world } = ground;
    const files = { '.env': 'VERSION=1\n', ...(hasRows ? await overrideWithRows() : {}) };
    const stack = await TestStack.make(world, 'kill-matrix', files);
    const first = await stack.deploy();
    if (first.type !== 'succeeded') throw new Error(`the range could not be opened: ${first.message}`);
    const range = new KillRange(ground, stack, CreatedContainers.watch(stack), hasRows);
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
    await this.ground.close();
  }

  /** Writes these words into the volume of web, and the rows that go with them into the database. */
  async keep(kept: Kept): Promise<void> {
    await this.stack.exec('web', 'sh', '-c', `echo ${kept} >/state/kept`);
    if (this.hasRows) await writeRows(this.stack, kept);
  }

  /** Looks when nobody is at work any more. */
  async look(): Promise<Sight> {
    const { stack, world } = this;
    await leaseIsFree(stack);
    const backups = await listBackups({ home: world.stateFolder, lockDir: '' }, stack.name);
    return {
      unwell: await unwellAtLast(stack),
      state: await stack.state(),
      answer: await stack.exec('web', 'sh', '-c', `wget -qO /dev/null ${WELL} && wget -qO- http://api:8080/version`),
      makings: await makingsOf(stack),
      ids: await stack.ids(),
      kept: await stack.exec('web', 'cat', '/state/kept'),
      rows: this.hasRows ? await countRows(stack) : {},
      releases: (await releasesOf(stack)).map(({ kind }) => kind),
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

  /** Called before a run that is struck by the first of its faults. Returns what has to be awaited while it runs. */
  takeAim(blow: Blow): (() => Promise<void>) | undefined {
    armProxy(this.ground, blow);
    return isOurs(blow) ? async () => this.strike() : undefined;
  }

  /** Whether what strikes requests has done so. */
  hasStruck(): boolean {
    const { proxy } = this.ground;
    const has = proxy?.hasStruck() ?? true;
    proxy?.heal();
    return has;
  }

  /** Once the first fault has left its mark. Resolves when what was struck is back. */
  private async strike(): Promise<void> {
    const { world, created } = this;
    const mark = world.markOf(0);
    for (const deadline = Date.now() + STRUCK_WITHIN_MS; !existsSync(mark); await pause(10))
      if (Date.now() > deadline) throw new Error('the step that is to be struck has not begun');
    await this.ground.strike!(() => writeFileSync(path.join(mark, 'done'), ''));
    created.resume();
  }

  /** Volumes that keep what a restore has replaced: as many as there were restores. */
  async removeKeptVolumes(): Promise<number> {
    const filter = `label=evenkeel.kept-of=${this.stack.name}`;
    const { env } = this.world;
    const volumes = (await docker(['volume', 'ls', '-q', '--filter', filter], env)).split('\n').filter(Boolean);
    if (volumes.length > 0) await docker(['volume', 'rm', ...volumes], env);
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

/** Health begins anew with each start of a container. */
async function unwellAtLast(stack: TestStack): Promise<string[]> {
  for (const deadline = Date.now() + WELL_WITHIN_MS; ; await pause(200)) {
    const unwell = (await stack.inspect())
      .map(({ Name, State }) => `${Name} ${State.Status} ${State.Health?.Status}`)
      .filter((words) => !words.endsWith(' running healthy'));
    if (unwell.length === 0 || Date.now() > deadline) return unwell;
  }
}
