import type { ReleaseMetrics, ServiceMetrics } from '../spec/service-metrics.js';
import { sizeText } from '../spec/size-text.js';

export const METRICS_COLUMNS = ['Service', 'Processor', 'Memory', 'Restarts', 'Healthcheck'];

/** A row for each service, as it was before and as it was afterwards: `1.2 % → 1.4 %`. */
export function metricsRows({ before, after }: ReleaseMetrics): string[][] {
  const services = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return services.map((service) => {
    const change = (text: (metrics: ServiceMetrics) => string | undefined): string =>
      [before[service], after[service]].map((metrics) => (metrics && text(metrics)) ?? '–').join(' → ');
    return [
      service,
      change(({ cpu }) => (cpu === undefined ? undefined : `${(cpu * 100).toFixed(1)} %`)),
      change(({ memoryBytes }) => (memoryBytes === undefined ? undefined : sizeText(memoryBytes))),
      change(({ restarts }) => `${restarts}`),
      change(({ probeMs }) => (probeMs === undefined ? undefined : `${Math.round(probeMs)} ms`)),
    ];
  });
}
