import { findingText } from '../spec/finding.js';
import { writesText } from '../spec/store-writes.js';
import { mutatingSteps, type Plan, type PlannedData, type Step } from './plan.js';
import { count } from './words.js';

/**
 * A plan for people, in plain lines without colour:
 *
 * ```
 * Plan 3f2a91 for shop: 1 of 4 services changes
 * wave 1
 *   replace  api  image changed: 0a1b2c3d4e5f → 91ab12345678
 * wave 2
 *   judge    web  depends on api
 * unchanged: postgres, redis
 * ```
 */
export function renderPlan(plan: Plan): string {
  return [
    headline(plan),
    ...plan.waves.flatMap((wave, index) => [`wave ${index + 1}`, ...wave.flatMap((step) => stepLines(step, plan))]),
    ...(plan.data ? dataLines(plan.data) : []),
    ...list('unchanged', plan.unchanged),
    ...(plan.mayChange ?? []).map(({ service, because }) => `may change: ${service} (${because})`),
    ...plan.orphans.map(({ service, container }) => `orphan: container ${container} of ${service}, left alone`),
    ...plan.warnings.map((warning) => `warning: ${findingText(warning)}`),
    '',
  ].join('\n');
}

function headline(plan: Plan): string {
  const changing = mutatingSteps(plan).length;
  const all = plan.waves.flat().length + plan.unchanged.length;
  const what = `${changing === 0 ? 'none' : changing} of ${count(all, 'service')} ${changing === 1 ? 'changes' : 'change'}`;
  return `Plan ${plan.hash.slice(0, 6)} for ${plan.stack}: ${what}`;
}

/** The weightiest cause beside the name, the others below it. */
function stepLines(step: Step, plan: Plan): string[] {
  const steps = plan.waves.flat();
  const width = (texts: string[]) => Math.max(...texts.map(({ length }) => length));
  const kind = nameOf(step).padEnd(width(steps.map(nameOf)));
  const service = step.service.padEnd(width(steps.map((each) => each.service)));
  const [first, ...others] = step.because;
  const start = `  ${kind}  ${service}  `;
  return [`${start}${first}`, ...others.map((cause) => `${' '.repeat(start.length)}${cause}`)];
}

/** What would be lost, before anybody says yes to it. */
function dataLines({ backup, atMs, stores, writes }: PlannedData): string[] {
  const width = Math.max(...stores.map(({ store }) => store.length));
  return [
    `data as in the backup ${backup}, begun at ${new Date(atMs).toISOString()}; what was written since is lost to the stack:`,
    ...writes.map((one) => `  ${one.store.padEnd(width)}  now ${writesText(one)}`),
    '  what was changed in place is not counted; all that is there now is kept in volumes beside',
  ];
}

function nameOf({ kind }: Step): string {
  return kind === 'run-again' ? 'run again' : kind;
}

function list(title: string, names: string[]): string[] {
  return names.length === 0 ? [] : [`${title}: ${names.join(', ')}`];
}
