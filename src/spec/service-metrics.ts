/** How a service was for a while: what its running containers used together, and how it answered. What was not seen is absent. */
export interface ServiceMetrics {
  /** Share of one processor, 1 is all of it. */
  cpu?: number;
  memoryBytes?: number;
  /** How often Docker had restarted its containers. */
  restarts: number;
  /** How long its healthcheck took where it passed, in milliseconds. */
  probeMs?: number;
}

/**
 * How the services were before a release was put there and afterwards. `before`: while the run prepared, until the first container of
 * the release was made. `after`: from when the last one had started until the release was recorded; so little time says more of
 * a service's start than of its days. Medians, but for restarts. Services of which no container was up are absent.
 */
export interface ReleaseMetrics {
  before: Record<string, ServiceMetrics>;
  after: Record<string, ServiceMetrics>;
}
