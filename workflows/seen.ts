import type { FoundByHand } from '../activities/activities.js';
import type { Step } from '../src/plan/plan.js';
import type { DeploymentRun } from './deployment-run.js';
import { mayReplace } from './may-replace.js';

/** What a step came to: all that it was asked for, or what it has found. A step that acts on several services says whose that is. */
type Came = (Partial<Pick<FoundByHand, 'containers' | 'changedByHand'>> & { service?: string }) | undefined;

/**
 * The containers of each service that the plan has seen, or that people have let the run replace since. On its way forward the run touches
 * no others before it has asked.
 */
export class Seen {
  private readonly allowed = new Map<string, string[]>();
  /** Until all that was asked so far has been answered. */
  private settled: Promise<void> = Promise.resolve();

  constructor(private readonly run: DeploymentRun) {}

  of({ service, replaces }: Pick<Step, 'service' | 'replaces'>): string[] {
    return this.allowed.get(service) ?? replaces;
  }

  /** Does a step until it finds no more of its service than that. `what` is the step, for people. */
  async orAsk<T extends Came>(what: string, service: string, act: () => Promise<T>): Promise<T> {
    for (;;) {
      const came = await act();
      if (!came?.changedByHand) return came;
      await this.ask(what, came.service ?? service, came);
    }
  }

  /**
   * One question after the other, and none that an earlier answer has settled. Throws where people have the run turn back, also to those
   * that have not asked yet.
   */
  async ask(what: string, service: string, { containers = [], changedByHand = [] }: NonNullable<Came>): Promise<void> {
    const settled = this.settled.then(async () => {
      const allowed = this.allowed.get(service);
      if (allowed && containers.every((id) => allowed.includes(id))) return;
      await mayReplace(this.run, { service, what }, changedByHand);
      this.allowed.set(service, containers);
    });
    this.settled = settled;
    await settled;
  }
}
