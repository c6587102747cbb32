import type { Finding } from '../spec/finding.js';
import type { PlanRequest } from './plan-deployment.js';
import { changedResources } from './changed-resources.js';
import { mutatingSteps, type Plan } from './plan.js';
import { portObstacles } from './port-moves.js';
import { shortId } from './words.js';
import { containersOf } from './observed-stack.js';

/**
 * What a plan must not be walked with. Warnings among the findings stop nothing; each error has its remedy.
 */
export function obstacles(request: PlanRequest, plan: Plan): Finding[] {
  return [
    ...changedResources(request.spec, request.observed),
    ...portObstacles(request.spec, request.observed, plan),
    ...(request.mayChange ? [] : missingImages(request, plan)),
  ];
}

/** After the builds and pulls every step's image is here, unless somebody took its name away meanwhile. */
function missingImages({ observed }: PlanRequest, plan: Plan): Finding[] {
  return mutatingSteps(plan)
    .filter(({ image, scale }) => image.id === '' && scale > 0)
    .map(({ service, image }) => {
      const [container] = containersOf(observed, service);
      return {
        rule: 'image-missing',
        severity: 'error',
        service,
        message: `nothing on this host carries the name ${image.ref}`,
        remedy: container
          ? `docker tag ${shortId(container.imageId)} ${image.ref}, which is what it runs now; or deploy ${service} too, so that it is made`
          : `deploy ${service} too, so that it is built or pulled`,
      };
    });
}
