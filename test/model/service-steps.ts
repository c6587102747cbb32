import type { Capture } from '../../activities/activities.js';
import type { Verdict } from '../../src/gates/verdict.js';
import type { Plan, Step } from '../../src/plan/plan.js';
import { stepOf } from '../support/fake-steps.js';
import type { Execution } from './execution.js';
import { ACT, type FakeStep, type Given, isOnTwin, LOOK, type Stage } from './fake-step.js';
import { type FakeHost, mapOf } from './host.js';
import type { Sickness } from './schedule.js';

/** What is as the step asks stays; what somebody else has put there is left alone. */
export function replacing(
  host: FakeHost,
  { identity: { runId } }: Execution,
  { service, image, replaces }: Step,
): FakeStep {
  const note = `replacing ${service} by ${runId}`;
  const containers = (): string[] => host.services[service]!.map(({ id }) => id);
  return {
    ...{ turn: 'shared', isStubborn: true, lastsMs: ACT },
    declines: () => {
      if (host.tags[image.ref] !== image.id) throw new Error(`${image.ref} names another image`);
      const isOther = containers().some((id) => !replaces.includes(id));
      if (host.notes.has(note) || !isOther || host.runs(service, image.id)) return undefined;
      return { containers: containers(), changedByHand: ['another container'] };
    },
    half: () => {
      host.notes.add(note);
      host.traces.add(`network of ${runId}`);
      host.removeOthers(service, image.id);
    },
    act: () => host.create(service, image.id),
    answer: () => ({ containers: containers() }),
  };
}

/** What is as it was found stays; where its containers are there they are started; else others of the same image are made. */
export function restoring(host: FakeHost, service: string, { folder }: Capture): FakeStep {
  const found = host.found.get(folder)!;
  const wanted = found.services[service]!;
  const [one] = wanted;
  const note = `restoring ${service} from ${folder}`;
  const isAim = wanted.some(({ id }) => id === '');
  const isUntouched = (): boolean => {
    const isSame = isAim || wanted.every(({ id }) => host.services[service]!.some((now) => now.id === id));
    return host.isAs(service, found) && isSame;
  };
  return {
    ...{ turn: 'shared', isStubborn: true, lastsMs: ACT },
    half: () => {
      if (isUntouched()) return;
      host.notes.add(note);
      host.services[service] = host.services[service]!.filter(({ id }) => wanted.some((kept) => kept.id === id));
    },
    act: () => {
      if (!one) return;
      for (const container of host.services[service]!) container.isRunning = one.isRunning;
      host.create(service, one.image, one.isRunning);
    },
    answer: () => ({
      ...{
        state: !one ? 'absent' : one.isRunning ? 'running' : 'stopped',
        untouched: !host.notes.has(note),
        remarks: [],
      },
      ...(one?.isRunning ? { gate: { ...stepOf(service).gate, timeoutMs: 60_000, stableForMs: 1000 } } : {}),
    }),
  };
}

/** A release a run, and only of what was planned. */
export function recording({ host, shape }: Stage, { identity: { runId } }: Execution, plan: Plan): FakeStep {
  const steps = plan.waves.flat();
  const made = (): number => host.releases.findIndex(({ by }) => by === runId);
  return {
    ...{ turn: 'alone', lastsMs: LOOK },
    declines: () => {
      const other = steps.find(({ service, image }) => !host.runs(service, image.id));
      if (other) throw new Error(`${other.service} is not what was planned`);
      return undefined;
    },
    act: () => {
      if (steps.length === 0 || made() !== -1) return;
      host.releases.push({ by: runId, images: mapOf(host.services, ([one]) => one!.image) });
    },
    answer: () => ({
      release: made() === -1 ? (host.serving ?? '0') : String(made() + 1),
      ...(made() === -1 ? {} : { collect: true }),
      ...(made() !== -1 && shape.isWatched
        ? { probation: { services: steps.map(({ service }) => service), forMs: 300_000 } }
        : {}),
    }),
  };
}

/** What a gate says of a service as it is now. */
export function verdictOf(
  { host, shape, sick, objects }: Stage,
  run: Execution,
  given: Given,
  service: string,
  question: Sickness['question'],
): Verdict {
  const said = { service, durationMs: 1 };
  const isTwin = isOnTwin(given);
  const found = host.found.get(run.identity.runId);
  const isOld = found !== undefined && host.isAs(service, found);
  const fails = (verdict: 'fail' | 'inconclusive', reason: string): Verdict => {
    if (!isTwin && (verdict === 'fail' || (question !== 'examine' && shape.onInconclusive === 'rollback'))) {
      objects(run, `${service}: ${reason}`);
    }
    return { ...said, verdict, reason };
  };
  if (!isTwin && !host.services[service]!.some(({ isRunning }) => isRunning)) return fails('fail', 'it does not run');
  const verdict = sick(service, isTwin ? 'twin' : isOld ? 'old' : 'new', question);
  if (verdict === undefined) return { ...said, verdict: 'pass', reason: 'well' };
  if (verdict === 'late') return { ...said, verdict: 'fail', reason: 'out of time', outOfTime: true };
  return fails(verdict, 'it is not well');
}
