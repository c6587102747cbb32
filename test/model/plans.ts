import type { Plan, Step } from '../../src/plan/plan.js';
import { planOf, stepOf } from '../support/fake-steps.js';
import type { Stage } from './fake-step.js';
import { type FakeHost, mapOf } from './host.js';

/** What a deployment is going to do: each service whose name of an image means another one than it runs. */
export function deploymentPlan(stage: Stage): Plan {
  return planTo(stage, (service) => stage.host.tags[`shop-${service}`]!);
}

/** What brings each service to that image. */
export function planTo({ host, shape, services }: Stage, imageOf: (service: string) => string): Plan {
  const changes = (service: string): boolean => !host.runs(service, imageOf(service));
  const isChanged = services.flat().some(changes);
  const step = (service: string): Step => ({
    ...stepOf(service),
    kind: changes(service) ? 'replace' : 'judge',
    image: { ref: `shop-${service}`, id: imageOf(service) },
    replaces: host.services[service]!.map(({ id }) => id),
    gate: {
      ...stepOf(service).gate,
      ...{ timeoutMs: 60_000, stableForMs: shape.stableForMs, onInconclusive: shape.onInconclusive },
    },
  });
  const waves = services.map((wave) => wave.filter((one) => isChanged && (changes(one) || shape.isJudged)).map(step));
  const hash = JSON.stringify(waves.map((wave) => wave.map(({ image, replaces }) => [image, replaces])));
  const { together, staggerMs } = shape;
  return { ...planOf([]), hash, waves: waves.filter((wave) => wave.length > 0), together, staggerMs };
}

/** Notes a release as what a rollback is to bring about. It has no containers of its own. */
export function aimAt(host: FakeHost, folder: string, release: string): void {
  const { images } = host.releases[Number(release) - 1]!;
  const services = mapOf(images, (image) => [{ id: '', image, isRunning: true }]);
  host.found.set(folder, { services, tags: { ...host.tags } });
}
