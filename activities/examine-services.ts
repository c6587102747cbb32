import type { Examined, HostActivities } from './activities.js';
import { scanLogs } from './scan-logs.js';
import { testEndpoints } from './test-endpoints.js';
import type { World } from './world.js';

/** Safe to repeat because it looks; its evidence is written over itself. */
export function examineServices(world: World): HostActivities['examineServices'] {
  const scan = scanLogs(world);
  const test = testEndpoints(world);
  return async ({ services, leftAlone = [], skip, ...where }) =>
    Promise.all(
      services.map(async (service): Promise<Examined> => {
        const [log, endpoints] = await Promise.all([
          skip.includes('scan') ? undefined : scan({ ...where, service, leftAlone: leftAlone.includes(service) }),
          skip.includes('endpoints') ? undefined : test({ ...where, service }),
        ]);
        return { service, ...(log ? { log } : {}), ...(endpoints ? { endpoints } : {}) };
      }),
    );
}
