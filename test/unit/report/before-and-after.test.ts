import { describe, expect, it } from '@jest/globals';
import type { ObservedContainer } from '../../../src/plan/observed-stack.js';
import { beforeAndAfter } from '../../../src/report/before-and-after.js';
import type { ResourceSample } from '../../../src/report/run-evidence.js';

function container(id: string, service: string, startedAtMs: number, rest: Partial<ObservedContainer> = {}) {
  const seen: Partial<ObservedContainer> = { state: 'running', restartCount: 0, createdAtMs: startedAtMs, startedAtMs };
  return { id, name: `shop-${service}-1`, service, number: 1, ...seen, ...rest } as ObservedContainer;
}

/** What api and db used: processor time and memory. */
function sample(atMs: number, api: [number, number], db: [number, number]): ResourceSample {
  const uses = { api, db };
  const containers = Object.entries(uses).map(([service, [cpuMs, memoryBytes]]) => ({
    ...{ container: `shop-${service}-1`, service, cpuMs, memoryBytes },
  }));
  return { atMs, containers };
}

const db = container('d', 'db', 10, { restartCount: 2 });

/** Api is made anew at 3000 and starts at 3500; db stays. */
const resources = [
  sample(1000, [500, 100], [100, 50]),
  sample(2000, [700, 110], [200, 50]),
  sample(3000, [900, 120], [300, 50]),
  sample(3200, [1900, 999], [350, 50]),
  sample(4000, [100, 200], [400, 60]),
  sample(5000, [600, 220], [900, 80]),
];

describe('how services were before a release and afterwards', () => {
  it('goes by what they used until the first container was made, and since the last one has started', () => {
    const before = { containers: [container('a', 'api', 5), db], probes: [{ service: 'api', tookMs: 30 }] };
    const after = {
      containers: [container('b', 'api', 3500, { createdAtMs: 3100, restartCount: 1 }), db],
      probes: [10, 90, 20].map((tookMs) => ({ service: 'api', tookMs })),
    };
    expect(beforeAndAfter(before, after, resources)).toEqual({
      before: {
        api: { cpu: 0.2, memoryBytes: 110, restarts: 0, probeMs: 30 },
        db: { cpu: 0.1, memoryBytes: 50, restarts: 2 },
      },
      after: {
        api: { cpu: 0.5, memoryBytes: 220, restarts: 1, probeMs: 20 },
        db: { cpu: 0.5, memoryBytes: 80, restarts: 2 },
      },
    });
  });

  it('reckons a container that was only started again from that start', () => {
    const before = { containers: [container('a', 'api', 5), db], probes: [] };
    const after = { containers: [container('a', 'api', 3500, { createdAtMs: 5 }), db], probes: [] };
    expect(beforeAndAfter(before, after, resources).before['api']).toMatchObject({ memoryBytes: 120 });
  });

  it('has no service that did not run, and says nothing that was not seen', () => {
    const created = container('b', 'api', 9000);
    const ended = container('m', 'migrate', 8000, { state: 'exited' });
    const metrics = beforeAndAfter({ containers: [], probes: [] }, { containers: [created, ended], probes: [] }, []);
    expect(metrics).toEqual({ before: {}, after: { api: { restarts: 0 } } });
  });
});
