import type { Finding } from '../spec/finding.js';
import type { ServiceSpec, StackSpec } from '../spec/stack-spec.js';
import type { BlastRadius, Scope } from './blast-radius.js';
import { ownCauses } from './causes.js';
import { looksLikeOneShot, mayEnd } from './gate-for.js';
import { containersOf, type ObservedStack } from './observed-stack.js';
import { decideScale } from './scale.js';
import { sicknessOf } from './sickness.js';
import { compareText, count } from './words.js';

/** What is known beforehand and does not stop the deployment: sorted by service, then by rule. */
export function planWarnings(scope: Scope, radius: BlastRadius): Finding[] {
  const { spec } = scope;
  return Object.values(spec.services)
    .sort((a, b) => compareText(a.name, b.name))
    .flatMap((service) => [
      ...leftBehind(scope, radius, service),
      ...scaleKept(scope, radius, service),
      ...sickBefore(scope, radius, service),
      ...takenForOneShot(scope, radius, service),
      ...unverified(spec, scope.observed, radius, service),
    ]);
}

function sickBefore({ observed, formerSelf }: Scope, { changed }: BlastRadius, service: ServiceSpec): Finding[] {
  // Whatever it is now, that is this run's own doing.
  if (formerSelf?.begun.includes(service.name)) return [];
  const sickness = sicknessOf(observed, service.name);
  if (sickness === undefined) return [];
  const consequence = changed.has(service.name)
    ? 'it is replaced, and has to become well'
    : 'it is not changed, and fails this deployment only if it gets worse';
  return [warning('sick-before', service, `was ${sickness} before anything was done to it; ${consequence}`)];
}

/** It has no healthcheck of its own, and where the image's is known, none of the image's either. */
function unverified(
  spec: StackSpec,
  observed: ObservedStack,
  { changed }: BlastRadius,
  service: ServiceSpec,
): Finding[] {
  if (!changed.has(service.name)) return [];
  const containers = containersOf(observed, service.name);
  const ends = Object.values(spec.services).some(({ dependsOn }) =>
    dependsOn.some((dependency) => dependency.service === service.name && dependency.condition === 'completed'),
  );
  const imageHasNone = containers.some(({ state, health }) => state === 'running' && health === 'none');
  if (ends || service.healthcheck === 'own' || (service.healthcheck === 'inherit' && !imageHasNone)) return [];
  const sees = `stays up for ${service.health.stableForMs / 1000} s${mayEnd(spec, service, containers) ? ', or ends with 0' : ''}`;
  return [
    {
      ...warning('unverified', service, `unverified: it has no healthcheck, so its gate only sees that it ${sees}`),
      remedy: 'add a healthcheck to the service',
    },
  ];
}

function scaleKept({ observed, last }: Scope, { changed }: BlastRadius, service: ServiceSpec): Finding[] {
  const { scale, kept } = decideScale(service, containersOf(observed, service.name), last);
  if (!kept || !changed.has(service.name)) return [];
  return [
    warning(
      'scale-kept',
      service,
      `has ${count(scale, 'container')} where its file asks for ${service.scale}; that is kept`,
    ),
  ];
}

function leftBehind(
  { spec, observed, services, last }: Scope,
  { changed }: BlastRadius,
  service: ServiceSpec,
): Finding[] {
  if (services.length === 0 || changed.has(service.name)) return [];
  const [cause] = ownCauses(spec, service, observed, last);
  return cause ? [warning('left-behind', service, `was not asked for, and is left as it is: ${cause.text}`)] : [];
}

function takenForOneShot({ spec, observed }: Scope, { changed }: BlastRadius, service: ServiceSpec): Finding[] {
  const containers = containersOf(observed, service.name);
  if (changed.has(service.name) || !looksLikeOneShot(spec, service, containers)) return [];
  return [
    {
      ...warning(
        'taken-for-one-shot',
        service,
        'ended with 0 and nothing restarts it, so it is taken for done and not started again',
      ),
      remedy: 'if it should be up, give it a restart policy',
    },
  ];
}

function warning(rule: string, service: ServiceSpec, message: string): Finding {
  return { rule, severity: 'warning', service: service.name, message };
}
