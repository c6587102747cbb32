/**
 * The health endpoints of a service.
 *
 * `/health`, `/health/live` and `/health/liveness` say that the process answers, and look at nothing else: a process
 * need not be restarted because a store is down. `/health/readiness` and `/health/detailed` run every check, and
 * `/health/<check>` runs one; these answer 503 where something is down.
 *
 * `checks` maps a name to a function that resolves with facts to show, or rejects.
 */
export function healthRoutes({ service, version, checks }) {
  const now = () => new Date().toISOString();
  const identity = () => ({ timestamp: now(), service, version, uptime_seconds: Math.round(process.uptime()) });

  const alive = () => ({ body: { status: 'alive', ...identity() } });

  const runAll = async () => {
    const results = await Promise.all(Object.entries(checks).map(async ([name, check]) => [name, await run(check)]));
    const healthy = results.every(([, { status }]) => status === 'healthy');
    return { healthy, status: healthy ? 200 : 503, services: Object.fromEntries(results) };
  };

  const single = Object.entries(checks).map(([name, check]) => [
    `GET /health/${name}`,
    async () => {
      const result = await run(check);
      return { status: result.status === 'healthy' ? 200 : 503, body: { service: name, timestamp: now(), ...result } };
    },
  ]);

  return {
    'GET /health': () => ({ body: { status: 'healthy', ...identity() } }),
    'GET /health/live': alive,
    'GET /health/liveness': alive,
    'GET /health/readiness': async () => {
      const { healthy, status, services } = await runAll();
      const states = Object.fromEntries(Object.entries(services).map(([name, result]) => [name, result.status]));
      return { status, body: { status: healthy ? 'ready' : 'not ready', timestamp: now(), services: states } };
    },
    'GET /health/detailed': async () => {
      const { healthy, status, services } = await runAll();
      const memory_mb = Math.round(process.memoryUsage.rss() / 1024 / 1024);
      return { status, body: { status: healthy ? 'healthy' : 'unhealthy', ...identity(), memory_mb, services } };
    },
    ...Object.fromEntries(single),
  };
}

async function run(check) {
  const startedAt = performance.now();
  const elapsed = () => ({ response_time_ms: Math.round((performance.now() - startedAt) * 10) / 10 });
  try {
    const facts = await check();
    return { status: 'healthy', ...elapsed(), ...facts };
  } catch (error) {
    return { status: 'unhealthy', ...elapsed(), error: error.message };
  }
}
