import { mutatingSteps, type Plan, type Step } from './plan.js';

/** What is other in a plan than in the one before it, in a few plain words; empty where nothing is. */
export function planDifference(before: Plan, now: Plan): string[] {
  if (before.hash === now.hash) return [];
  const stepsBefore = bySteps(before);
  const stepsNow = bySteps(now);
  const differences = [
    ...(dataOf(before) === dataOf(now)
      ? []
      : ['the data that is put in place is other, or other services rest for it']),
    ...[...stepsNow].filter(([service]) => !stepsBefore.has(service)).map(([, step]) => `${nameOf(step)} too`),
    ...[...stepsBefore].filter(([service]) => !stepsNow.has(service)).map(([service]) => `${service} stays as it is`),
    ...[...stepsNow].flatMap(([service, step]) => {
      const other = stepsBefore.get(service);
      return other && JSON.stringify(other) !== JSON.stringify(step) ? [changeOf(other, step)] : [];
    }),
  ];
  return differences.length > 0 ? differences : ['what is known beforehand differs: order, warnings or orphans'];
}

function bySteps(plan: Plan): Map<string, Step> {
  return new Map(mutatingSteps(plan).map((step) => [step.service, step]));
}

/** What has been written meanwhile is no difference: it goes on while people think. */
function dataOf({ data }: Plan): string {
  return JSON.stringify(data && { ...data, writes: [] });
}

function nameOf({ kind, service, because }: Step): string {
  return `${kind === 'run-again' ? 'run again' : kind} ${service} (${because[0]})`;
}

function changeOf(before: Step, now: Step): string {
  const { service } = now;
  if (before.replaces.join() !== now.replaces.join()) return `other containers of ${service} serve than did`;
  if (before.image.id !== now.image.id) return `the image of ${service} is another one`;
  return `${service} changes in another way (${now.because[0]})`;
}
