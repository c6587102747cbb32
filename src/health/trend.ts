import type { CheckReport, Health, HealthTrend } from '../spec/check-report.js';

/** How a look goes on from the one before it. */
export function trendAfter(
  before: (HealthTrend & { health: Health }) | undefined,
  look: Pick<CheckReport, 'health' | 'atMs'>,
): HealthTrend {
  const { health, atMs } = look;
  const hasChanged = before?.health !== health;
  const was = hasChanged ? before?.health : before.before;
  return {
    ...rowAfter(before, look),
    sinceMs: hasChanged ? atMs : before.sinceMs,
    ...(was === undefined ? {} : { before: was }),
  };
}

function rowAfter(
  before: HealthTrend | undefined,
  { health, atMs }: Pick<CheckReport, 'health' | 'atMs'>,
): Pick<HealthTrend, 'failuresInARow' | 'downSinceMs'> {
  const { failuresInARow = 0, downSinceMs } = before ?? {};
  switch (health) {
    case 'healthy':
      return { failuresInARow: 0 };
    case 'unhealthy':
      return { failuresInARow: failuresInARow + 1, downSinceMs: downSinceMs ?? atMs };
    case 'inconclusive':
      return { failuresInARow, ...(downSinceMs === undefined ? {} : { downSinceMs }) };
  }
}
