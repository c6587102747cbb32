import type { ServiceRow } from '../../plan/service-rows.js';
import { durationText } from '../../spec/duration-text.js';

/** The cells of a row, as SERVICE_COLUMNS names them. */
export function serviceCells(
  { service, state, health, startedAtMs, restarts, image, issue }: ServiceRow,
  nowMs: number,
): string[] {
  const uptime = startedAtMs === undefined ? '' : durationText(nowMs - startedAtMs);
  return [service, state, health ?? '', uptime, String(restarts), image ?? '', issue ?? ''];
}

export const SERVICE_COLUMNS = ['SERVICE', 'STATE', 'HEALTH', 'UPTIME', 'RESTARTS', 'IMAGE', 'ISSUE'];
