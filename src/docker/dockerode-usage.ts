import type { ContainerInfo } from 'dockerode';
import type { EngineConnection } from './dockerode-connection.js';
import type { ContainerUsage, Engine } from './engine.js';
import { PROJECT_LABEL } from './observed-from-inspect.js';

/** A reading that takes longer than this is of no use any more. */
const DEADLINE_MS = 5000;

interface StatsReply {
  cpu_stats?: { cpu_usage?: { total_usage?: number } };
  /** cgroup v1 has `total_inactive_file`, v2 `inactive_file`: cache that does not count as used, as `docker stats` reckons. */
  memory_stats?: { usage?: number; stats?: { total_inactive_file?: number; inactive_file?: number } };
}

/** The part of the engine that reads what containers use. */
export function usageLooks(engine: EngineConnection): Pick<Engine, 'usage'> {
  return {
    async usage(project: string): Promise<ContainerUsage[]> {
      const filters = {
        label: [`${PROJECT_LABEL}=${project}`, 'com.docker.compose.oneoff=False'],
        status: ['running'],
      };
      const listed = await engine.ask<ContainerInfo[]>({ method: 'GET', path: '/containers/json', query: { filters } });
      const readings = await Promise.all(
        listed.map(async ({ Id, Names, Labels }): Promise<ContainerUsage | undefined> => {
          const stats = await engine.find<StatsReply>({
            ...{ method: 'GET', path: `/containers/${Id}/stats`, deadlineMs: DEADLINE_MS },
            query: { stream: false, 'one-shot': true },
          });
          const cpu = stats?.cpu_stats?.cpu_usage?.total_usage;
          const memory = stats?.memory_stats?.usage;
          // One that has just ended has no figures.
          if (cpu === undefined || memory === undefined) return undefined;
          const cache =
            stats?.memory_stats?.stats?.total_inactive_file ?? stats?.memory_stats?.stats?.inactive_file ?? 0;
          return {
            container: Names[0]?.replace(/^\//, '') ?? Id,
            service: Labels['com.docker.compose.service'] ?? '',
            cpuMs: Math.round(cpu / 1e6),
            memoryBytes: Math.max(0, memory - cache),
          };
        }),
      );
      return readings.filter((reading) => reading !== undefined);
    },
  };
}
