import type { Fault, How, Schedule, Sickness } from './schedule.js';
import { nameOf, serviceOf } from './fake-step.js';
import type { StepCall } from './temporal.js';

/** Steps that ask Temporal something: what keeps them from it passes. */
const OF_TEMPORAL = ['cancelOwnRun', 'examineLease', 'awaitLease', 'isChainOpen'];

/** Steps whose last act cannot fail once it has taken place: a rename, after which there is nothing. */
const WHOLE = ['recordRelease', 'standAside'];

/** Which attempts go wrong, and which gates do not pass, as far as a schedule has not used that up. */
export class Faults {
  private readonly faults: Fault[];
  private readonly sickness: Sickness[];

  constructor(
    schedule: Schedule,
    private readonly services: string[],
  ) {
    this.faults = structuredClone(schedule.faults);
    this.sickness = structuredClone(schedule.sickness);
  }

  /** How an attempt goes wrong; undefined where it goes well. */
  take(call: StepCall): How | undefined {
    const name = nameOf(call);
    const service = serviceOf(call.args);
    const fits = ({ step, service: index }: Fault): boolean =>
      step === name && (index === undefined || service === undefined || this.named(index) === service);
    for (const fault of this.faults.filter(fits)) {
      if (fault.skip > 0) fault.skip -= 1;
      else if (fault.times > 0) {
        fault.times -= 1;
        return possible(call.activity, fault);
      }
    }
    return undefined;
  }

  /** What a gate says of a service instead of letting it pass. */
  sick(service: string, of: Sickness['of'], question: Sickness['question']): Sickness['verdict'] | undefined {
    const sickness = this.sickness.find(
      (one) => this.named(one.service) === service && one.of === of && one.question === question && one.times > 0,
    );
    if (!sickness) return undefined;
    sickness.times -= 1;
    return sickness.verdict;
  }

  private named(index: number): string {
    return this.services[index % this.services.length]!;
  }
}

function possible(activity: string, { how, times }: Fault): How {
  if (OF_TEMPORAL.includes(activity)) return times > 5 ? 'reply lost' : 'weather';
  if (WHOLE.includes(activity) && how === 'fails at its end') return 'fails';
  return how;
}
