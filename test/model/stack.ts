import type { DeployRequest } from '../../src/spec/deploy-input.js';
import type { FakeHost } from './host.js';
import type { Shape } from './schedule.js';

/** The services of a stack, by waves. */
export function servicesOf({ waves }: Shape): string[][] {
  const names = ['db', 'api', 'web', 'worker', 'mail', 'cron'];
  return waves.map((size) => names.splice(0, size));
}

/** What is asked of its deployment. */
export function requestOf({ requireApproval, deadline, skip }: Shape): DeployRequest {
  return { stack: 'shop', reason: 'model', requireApproval, skip, ...(deadline === undefined ? {} : { deadline }) };
}

/** A stack that has been deployed by Evenkeel before, or one that has yet to be. */
export function setUp(host: FakeHost, shape: Shape): void {
  const services = servicesOf(shape).flat();
  for (const service of services) {
    host.services[service] = [];
    if (!shape.isFirst) host.create(service, `${service} as it was`);
    const isPresent = shape.isJudged && service === services.at(-1);
    host.tags[`shop-${service}`] = shape.isFirst && !isPresent ? undefined : `${service} as it was`;
  }
  if (!shape.isFirst) host.releases.push({ by: 'someone', images: host.images });
}
