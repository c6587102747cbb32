import type { DeployResult } from '../../src/spec/deploy-result.js';
import type { Progress } from '../../src/spec/progress.js';
import { leaseId } from '../../src/names.js';
import type { Attempt, AttemptEnd } from './activity-task.js';
import { Agenda } from './agenda.js';
import { FakeAttempt } from './attempt.js';
import { Chance } from './chance.js';
import { type Execution, textOf } from './execution.js';
import { Faults } from './faults.js';
import { FakeHost, SECRET } from './host.js';
import { outcomeIsTrue, undoIsInOrder } from './invariants.js';
import { People } from './people.js';
import type { Sandbox } from './sandbox.js';
import type { Moment, Schedule } from './schedule.js';
import { nameOf, type Stage } from './fake-step.js';
import { requestOf, servicesOf, setUp } from './stack.js';
import { stepFor } from './steps.js';
import { FakeTemporal, type StepCall } from './temporal.js';
import { Violation, Witness } from './witness.js';

/** More than anything takes that comes to an end: a week of waiting, and all attempts of several steps. */
const MOST_EVENTS = 60_000;
/** Where nothing happens for so long, people look. */
const QUIET_MS = 20_000;
const RUNBOOKS = ['deploy', 'rollback'];

/** A run, and what it says that it came to. */
export interface End {
  run: Execution;
  result: DeployResult;
}

/** Plays a schedule to its end, on a host and a Temporal of its own. Throws where something is as it must not be. */
export async function play(sandbox: Sandbox, schedule: Schedule): Promise<End[]> {
  const game = new Game(sandbox, schedule);
  try {
    await game.play();
    return await game.judge();
  } finally {
    await game.putAway();
  }
}

class Game {
  private readonly agenda = new Agenda();
  private readonly chance: Chance;
  private readonly host = new FakeHost();
  private readonly services: string[][];
  private readonly faults: Faults;
  private readonly temporal: FakeTemporal;
  private readonly witness: Witness;
  private readonly people: People;
  private readonly stage: Stage;
  /** When attempts at each step have begun. */
  private readonly begun = new Map<string, number[]>();
  private deaths = 0;
  private childrenSurvive = false;

  constructor(
    sandbox: Sandbox,
    private readonly schedule: Schedule,
  ) {
    const { shape } = schedule;
    this.services = servicesOf(shape);
    this.chance = new Chance(schedule.chance);
    this.faults = new Faults(schedule, this.all);
    this.temporal = new FakeTemporal(this.agenda, this.chance, sandbox, (...call) => this.perform(...call), {
      closed: (run) => this.witness.done(run),
      signalled: (to, from, signal) => this.signalled(to, from, signal),
    });
    this.witness = new Witness(this.host, () => this.temporal);
    this.people = new People(schedule, this.temporal);
    this.stage = {
      ...{ host: this.host, shape, services: this.services, temporal: () => this.temporal },
      imageOf: (run, service) => `${service} of ${run.identity.workflowId}`,
      sick: (...what) => this.faults.sick(...what),
      objects: (run, what) => this.witness.objects(run, what),
    };
    setUp(this.host, shape);
  }

  private get all(): string[] {
    return this.services.flat();
  }

  private get runs(): Execution[] {
    return this.temporal.executions.filter(({ identity }) => RUNBOOKS.includes(identity.type));
  }

  async play(): Promise<void> {
    this.temporal.start('deploy', 'deploy/1', requestOf(this.schedule.shape));
    const incidents = this.incidents();
    while (this.open.length > 0) {
      for (const incident of incidents) await incident();
      if (this.agenda.quietMs > QUIET_MS && (await this.people.look(this.runs))) continue;
      if (this.agenda.ticks > MOST_EVENTS) throw new Violation(`${this.open.join()} does not come to an end`);
      if (this.agenda.quietMs === Infinity) throw new Violation(`${this.open.join()} waits for what never comes`);
      await this.agenda.next();
    }
    // What was given up goes on for a while.
    while (this.agenda.quietMs !== Infinity) await this.agenda.next();
  }

  /** Everything that a result says is so; the lease and the lock are free, and no secret is in any history. */
  async judge(): Promise<End[]> {
    const { host, witness, temporal } = this;
    if (host.lock.holders.size > 0) throw new Violation('somebody has the lock still');
    const ends: End[] = [];
    for (const run of this.runs) {
      const { result } = await temporal.query<Progress>(run, 'progress');
      if (!result) throw new Violation(`${run.identity.workflowId} has no result`);
      const ended = { ...{ run, result, left: witness.leftBy(run), witness, host }, services: this.all };
      outcomeIsTrue(ended);
      undoIsInOrder(ended);
      ends.push({ run, result });
    }
    for (const run of temporal.executions) {
      const details = await run.query('__temporal_workflow_metadata');
      if (textOf([run.history, details]).includes(SECRET))
        throw new Violation(`a secret is in ${run.identity.workflowId}`);
    }
    return ends;
  }

  async putAway(): Promise<void> {
    for (const run of this.temporal.executions) await run.forget();
  }

  private get open(): string[] {
    return this.temporal.executions.filter(({ isOpen }) => isOpen).map(({ identity }) => identity.workflowId);
  }

  private perform(call: StepCall, ended: (end: AttemptEnd) => void): Attempt {
    const surroundings = {
      ...{ agenda: this.agenda, chance: this.chance, host: this.host },
      ...{ life: () => this.deaths, childrenSurvive: () => this.childrenSurvive },
      stepFor: ({ run, activity, args }: StepCall) => stepFor(this.stage, run, activity, args),
      act: (what: () => void) => this.witness.acts(call, what),
    };
    const name = nameOf(call);
    this.begun.set(name, [...(this.begun.get(name) ?? []), this.agenda.ticks]);
    if (call.activity === 'beginRun') this.witness.goesOn(call.run);
    return new FakeAttempt(call, this.faults.take(call), surroundings, ended);
  }

  private signalled(to: Execution, from: Execution, signal: string): void {
    if (to.identity.workflowId === leaseId('here', 'shop') && signal === 'release') this.witness.done(from);
  }

  private incidents(): (() => Promise<void>)[] {
    const { words, deaths, byHand, others } = this.schedule;
    return [
      this.due(words, async ({ says, to }) => {
        const run = this.runs[to];
        if (run) await this.people.say(run, says);
      }),
      this.due(deaths, async ({ downMs, childrenSurvive }) => {
        this.deaths += 1;
        this.childrenSurvive = childrenSurvive;
        await this.temporal.killWorker(downMs);
      }),
      this.due(byHand, ({ service }) => this.recreateByHand(this.all[service % this.all.length]!)),
      this.due(others, ({ runbook, whenBusy }) => {
        const id = `${runbook}/${this.runs.length + 1}`;
        this.temporal.start(runbook, id, { stack: 'shop', whenBusy, reason: 'model' });
      }),
    ];
  }

  /** Does what is due by now. */
  private due<T extends { at: Moment }>(events: T[], act: (event: T) => void | Promise<void>): () => Promise<void> {
    let left = events;
    return async () => {
      const ripe = left.filter(({ at }) => this.isPast(at));
      left = left.filter((event) => !ripe.includes(event));
      for (const event of ripe) await act(event);
    };
  }

  private isPast({ step, nth, ticks }: Moment): boolean {
    const began = this.begun.get(step)?.[nth - 1];
    return began !== undefined && began + ticks <= this.agenda.ticks;
  }

  private recreateByHand(service: string): void {
    const [container] = this.host.services[service]!;
    if (!container) return;
    this.host.services[service] = [];
    this.host.create(service, container.image, container.isRunning);
  }
}
