import { describe, expect, it } from '@jest/globals';
import { planDeployment, type PlanRequest } from '../../../src/plan/plan-deployment.js';
import type { ObservedContainer } from '../../../src/plan/observed-stack.js';
import type { ServiceSpec } from '../../../src/spec/stack-spec.js';
import { renderPlan } from '../../../src/plan/render-plan.js';
import { after, container, imageId, OBSERVED_AT_MS, released, running, service, stack } from './stack.js';

/** What people read of a plan; its hash is beside the point here. */
function planText(request: Omit<PlanRequest, 'services'> & { services?: string[] }): string {
  return renderPlan(planDeployment({ services: [], ...request })).replace(/^Plan [0-9a-f]{6} /, 'Plan ');
}

/** A golden text, indented as the test is. */
function text(golden: string): string {
  const lines = golden.split('\n').slice(1, -1);
  const indent = Math.min(...lines.map((line) => line.search(/\S|$/)));
  return `${lines.map((line) => line.slice(indent)).join('\n')}\n`;
}

const NEW_ID = `sha256:${'ab'.repeat(32)}`;

const postgres = service('postgres');
const redis = service('redis');
const api = service('api', { dependsOn: [after('postgres', 'healthy'), after('redis')] });
const worker = service('worker', { dependsOn: [after('postgres', 'healthy')] });
const web = service('web', { dependsOn: [after('api', 'healthy')] });
const shop = stack([postgres, redis, api, worker, web]);

describe('a stack that runs what its file asks for', () => {
  it('has an empty plan', () => {
    expect(planText({ spec: shop, observed: running(shop) })).toBe(
      text(`
        Plan for shop: none of 5 services change
        unchanged: api, postgres, redis, web, worker
      `),
    );
    expect(planDeployment({ spec: shop, observed: running(shop), services: [] }).waves).toEqual([]);
  });

  it('stays so when one-shots have ended well', () => {
    const migrate = service('migrate', { restart: 'no', healthcheck: 'none' });
    const spec = stack([migrate, service('api', { dependsOn: [after('migrate', 'completed')] })]);
    const ended = container(migrate, { state: 'exited', exitCode: 0, health: 'none' });
    expect(planText({ spec, observed: running(spec, { migrate: [ended] }) })).toBe(
      text(`
        Plan for shop: none of 2 services change
        unchanged: api, migrate
      `),
    );
  });
});

describe('a first deployment', () => {
  it('creates everything, dependencies first', () => {
    expect(planText({ spec: shop, observed: { ...running(shop), containers: [], networks: [] } })).toBe(
      text(`
        Plan for shop: 5 of 5 services change
        wave 1
          replace  postgres  has no container yet
          replace  redis     has no container yet
        wave 2
          replace  api       has no container yet
          replace  worker    has no container yet
        wave 3
          replace  web       has no container yet
      `),
    );
  });
});

describe('causes of its own', () => {
  it('names both images, and judges what depends on it', () => {
    const observed = running(shop, {}, { images: { ...running(shop).images, 'api:1': NEW_ID } });
    expect(planText({ spec: shop, observed })).toBe(
      text(`
        Plan for shop: 1 of 5 services changes
        wave 1
          replace  api  image changed: 6170693a3100 → abababababab
        wave 2
          judge    web  depends on api
        unchanged: postgres, redis, worker
      `),
    );
  });

  it('names both references when the file names another image', () => {
    const before = container(redis, { imageRef: 'redis:0', imageId: imageId('redis:0'), configHash: 'other' });
    expect(planText({ spec: shop, observed: running(shop, { redis: [before] }) })).toBe(
      text(`
        Plan for shop: 1 of 5 services changes
        wave 1
          replace  redis  image changed: redis:0 → redis:1
                          configuration changed
        wave 2
          judge    api    depends on redis
        wave 3
          judge    web    depends on redis
        unchanged: postgres, worker
      `),
    );
  });

  it('sees a changed configuration', () => {
    const observed = running(shop, { worker: [container(worker, { configHash: 'other' })] });
    expect(planText({ spec: shop, observed })).toBe(
      text(`
        Plan for shop: 1 of 5 services changes
        wave 1
          replace  worker  configuration changed
        unchanged: api, postgres, redis, web
      `),
    );
  });

  it('takes the label that Compose gives without dependencies for the same', () => {
    const alone = service('web', { configHashAlone: 'alone' });
    const observed = running(stack([alone]), { web: [container(alone, { configHash: 'alone' })] });
    expect(planDeployment({ spec: stack([alone]), observed, services: [] }).waves).toEqual([]);
  });

  it('sees changed content, which Compose does not', () => {
    const before = stack([
      service('web', { contentHashes: { 'bind:/etc/nginx/nginx.conf': 'a', 'secret:key': 'x', 'config:gone': 'g' } }),
    ]);
    const spec = stack([
      service('web', {
        contentHashes: { 'bind:/etc/nginx/nginx.conf': 'b', 'secret:key': 'y', 'secret:unknown': 'z' },
      }),
    ]);
    const observed = running(spec);
    const plan = planDeployment({ spec, observed, services: [], last: released(before, observed) });
    expect(plan.waves.flat().map(({ because, force }) => ({ because, force }))).toEqual([
      { because: ['nginx.conf changed', 'secret key changed'], force: true },
    ]);
  });

  it('knows the containers of the last release by their ids, or by what they are made of', () => {
    const before = stack([service('web', { contentHashes: { 'bind:/f': 'a' } })]);
    const spec = stack([service('web', { contentHashes: { 'bind:/f': 'b' } })]);
    const last = released(before, running(before));
    const found = (special: Partial<ObservedContainer>) => {
      const observed = running(spec, { web: [container(spec.services['web']!, special)] });
      return planDeployment({ spec, observed, services: [], last })
        .waves.flat()
        .flatMap(({ because }) => because);
    };
    expect(found({ id: 'made again' })).toEqual(['f changed']);
    expect(found({ id: 'made by hand', configHash: 'other' })).toEqual(['configuration changed']);
  });

  it.each([
    [{ state: 'exited', exitCode: 137 }, 'not running: exited with 137', false],
    [{ state: 'created' }, 'not running: created and never started', false],
    [{ state: 'paused' }, 'not running: paused', true],
    [{ state: 'dead' }, 'not running: dead', true],
    [{ networks: [] }, 'not attached to network shop_default', true],
  ] as const)('brings back what is %j', (special, because, force) => {
    const observed = running(shop, {
      worker: [
        container(worker, { ...special, networks: [...('networks' in special ? special.networks : ['shop_default'])] }),
      ],
    });
    const [step] = planDeployment({ spec: shop, observed, services: [] }).waves.flat();
    expect(step).toMatchObject({ kind: 'replace', service: 'worker', because: [because], force });
  });

  it('clears up what an interrupted Compose left', () => {
    const leftover = container(worker, {
      id: 'l',
      name: '0123456789ab_shop-worker-1',
      state: 'created',
      leftoverOf: 'worker-id-1',
    });
    const observed = running(shop, { worker: [container(worker), leftover] });
    expect(planText({ spec: shop, observed })).toBe(
      text(`
        Plan for shop: 1 of 5 services changes
        wave 1
          replace  worker  1 container left behind by an interrupted Compose: 0123456789ab_shop-worker-1
        unchanged: api, postgres, redis, web
      `),
    );
  });
});

describe('scale', () => {
  const scaled = (scale: number) => stack([service('api'), service('worker', { scale })]);
  const observe = (spec: ReturnType<typeof stack>, containers: number) =>
    running(spec, {
      worker: Array.from({ length: containers }, (_, i) => container(spec.services['worker']!, { number: i + 1 })),
    });

  it('follows the file where it asks for more', () => {
    expect(planText({ spec: scaled(3), observed: observe(scaled(3), 2) })).toBe(
      text(`
        Plan for shop: 1 of 2 services changes
        wave 1
          replace  worker  scale 2 → 3
        unchanged: api
      `),
    );
  });

  it('follows the file where it has changed', () => {
    const last = released(scaled(3), observe(scaled(3), 3));
    const [step] = planDeployment({
      spec: scaled(1),
      observed: observe(scaled(1), 3),
      services: [],
      last,
    }).waves.flat();
    expect(step).toMatchObject({ because: ['scale 3 → 1'], scale: 1, force: false });
  });

  it('keeps what was scaled up by hand, and says so when the service changes', () => {
    const spec = scaled(1);
    const last = released(spec, observe(spec, 1));
    const observed = observe(spec, 3);
    expect(planDeployment({ spec, observed, services: [], last }).waves).toEqual([]);
    observed.images['worker:1'] = NEW_ID;
    const plan = planDeployment({ spec, observed, services: [], last });
    expect(plan.waves.flat()).toMatchObject([{ scale: 3, replaces: ['worker-id-1', 'worker-id-2', 'worker-id-3'] }]);
    expect(plan.warnings).toMatchObject([
      { rule: 'scale-kept', service: 'worker', message: 'has 3 containers where its file asks for 1; that is kept' },
    ]);
  });

  it('takes every container away where the file says 0', () => {
    const spec = scaled(0);
    expect(planDeployment({ spec, observed: observe(spec, 1), services: [] }).waves.flat()).toMatchObject([
      { service: 'worker', because: ['scale 1 → 0'], scale: 0 },
    ]);
  });
});

describe('what a change reaches', () => {
  it('takes along the services that use the same image', () => {
    const app = { image: 'shop-app:latest' };
    const spec = stack([service('api', app), service('worker', app), service('web')]);
    const observed = running(spec, {}, { images: { 'shop-app:latest': NEW_ID, 'web:1': imageId('web:1') } });
    expect(planText({ spec, observed, services: ['api'] })).toBe(
      text(`
        Plan for shop: 2 of 3 services change
        wave 1
          replace  api     image changed: 73686f702d61 → abababababab
          replace  worker  image changed: 73686f702d61 → abababababab
        unchanged: web
      `),
    );
  });

  it('takes along what shares its namespaces, and what shares those', () => {
    const spec = stack([
      service('vpn'),
      service('browser', { joins: ['vpn'], networks: [] }),
      service('logger', { joins: ['browser'], networks: [] }),
      service('stopped', { joins: ['vpn'], networks: [] }),
    ]);
    const observed = running(spec, {
      vpn: [container(spec.services['vpn']!, { configHash: 'other' })],
      stopped: [container(spec.services['stopped']!, { state: 'exited', exitCode: 0 })],
    });
    expect(planText({ spec, observed, services: ['vpn'] })).toBe(
      text(`
        Plan for shop: 3 of 4 services change
        wave 1
          replace  vpn      configuration changed
        wave 2
          replace  browser  shares namespaces or volumes of vpn, which is replaced
        wave 3
          replace  logger   shares namespaces or volumes of browser, which is replaced
        unchanged: stopped
        warning: stopped: was not asked for, and is left as it is: not running: exited with 0
      `),
    );
  });

  it('replaces what asks to restart with it', () => {
    const spec = stack([postgres, service('api', { dependsOn: [after('postgres', 'healthy', { restart: true })] })]);
    const observed = running(spec, { postgres: [container(postgres, { configHash: 'other' })] });
    expect(
      planDeployment({ spec, observed, services: [] }).waves.map((wave) =>
        wave.map(({ service: name, force }) => [name, force]),
      ),
    ).toEqual([[['postgres', false]], [['api', true]]]);
  });

  it('runs one-shots again before what waits for them', () => {
    const migrate = service('migrate', {
      restart: 'no',
      healthcheck: 'none',
      dependsOn: [after('postgres', 'healthy')],
    });
    const spec = stack([
      postgres,
      migrate,
      service('api', { dependsOn: [after('migrate', 'completed')] }),
      service('worker', { dependsOn: [after('migrate', 'completed')] }),
    ]);
    const observed = running(spec, {
      migrate: [container(migrate, { state: 'exited', exitCode: 0, health: 'none' })],
      api: [container(spec.services['api']!, { configHash: 'other' })],
    });
    expect(planText({ spec, observed })).toBe(
      text(`
        Plan for shop: 2 of 4 services change
        wave 1
          run again  migrate  api waits for it, and changes
        wave 2
          replace    api      configuration changed
          judge      worker   depends on migrate
        unchanged: postgres
      `),
    );
    const [again] = planDeployment({ spec, observed, services: [] }).waves.flat();
    expect(again).toMatchObject({ force: true, gate: { kind: 'one-shot', stableForMs: 0 } });
  });

  it('leaves one-shots alone where nothing that waits for them starts afresh', () => {
    const migrate = service('migrate', { restart: 'no' });
    const waiting = service('api', { scale: 2, dependsOn: [after('migrate', 'completed')] });
    const spec = stack([migrate, waiting]);
    const observed = running(spec, {
      migrate: [container(migrate, { state: 'exited', exitCode: 0, health: 'none' })],
      api: [container(waiting)],
    });
    expect(planDeployment({ spec, observed, services: [] }).waves.flat()).toMatchObject([
      { service: 'api', because: ['scale 1 → 2'] },
    ]);
  });
});

describe('a deployment of some services', () => {
  const drifted = running(shop, {
    api: [container(api, { configHash: 'other' })],
    worker: [container(worker, { configHash: 'other' })],
  });

  it('leaves the others, and says what it leaves', () => {
    expect(planText({ spec: shop, observed: drifted, services: ['api'] })).toBe(
      text(`
        Plan for shop: 1 of 5 services changes
        wave 1
          replace  api  configuration changed
        wave 2
          judge    web  depends on api
        unchanged: postgres, redis, worker
        warning: worker: was not asked for, and is left as it is: configuration changed
      `),
    );
  });

  it('starts what they cannot start without', () => {
    const observed = { ...running(shop), containers: [] };
    const plan = planDeployment({ spec: shop, observed, services: ['worker'] });
    expect(plan.waves.map((wave) => wave.map((step) => step.service))).toEqual([['postgres'], ['worker']]);
  });

  it('refuses names that the stack does not have', () => {
    expect(() => planDeployment({ spec: shop, observed: running(shop), services: ['apj'] })).toThrow(
      'shop has no service apj; it has api, postgres, redis, web, worker',
    );
  });
});

describe('orphans', () => {
  it('are named and left alone; services of inactive profiles are none', () => {
    const spec = stack([api], { inactiveServices: ['debug'] });
    const observed = running(spec, {
      old: [container(service('old'))],
      debug: [container(service('debug'))],
    });
    expect(planText({ spec, observed })).toBe(
      text(`
        Plan for shop: none of 1 service change
        unchanged: api
        orphan: container shop-old-1 of old, left alone
      `),
    );
  });
});

describe('what was sick before', () => {
  const sick = { health: 'unhealthy' } as const;

  it('is listed; judged it fails only if worse, replaced it has to become well', () => {
    const observed = running(shop, {
      api: [container(api, { ...sick, configHash: 'other' })],
      web: [container(web, sick)],
      redis: [container(redis, { state: 'restarting', health: 'none', restartCount: 9 })],
      worker: [container(worker, { restartCount: 4, startedAtMs: OBSERVED_AT_MS - 2000 })],
    });
    expect(planText({ spec: shop, observed })).toBe(
      text(`
        Plan for shop: 1 of 5 services changes
        wave 1
          replace  api  configuration changed
        wave 2
          judge    web  depends on api
        unchanged: postgres, redis, worker
        warning: api: was unhealthy before anything was done to it; it is replaced, and has to become well
        warning: redis: was crash looping before anything was done to it; it is not changed, and fails this deployment only if it gets worse
        warning: web: was unhealthy before anything was done to it; it is not changed, and fails this deployment only if it gets worse
        warning: worker: was crash looping before anything was done to it; it is not changed, and fails this deployment only if it gets worse
      `),
    );
    const gates = planDeployment({ spec: shop, observed, services: [] })
      .waves.flat()
      .map(({ service: name, gate }) => [name, gate.wasSick, gate.leftAlone]);
    expect(gates).toEqual([
      ['api', undefined, undefined],
      ['web', true, true],
    ]);
  });
});

describe('a gate', () => {
  const gateOf = (special: Partial<ServiceSpec>, others: ServiceSpec[] = []) => {
    const seed = service('seed', { restart: 'no', healthcheck: 'inherit', ...special });
    const spec = stack([seed, ...others]);
    const plan = planDeployment({ spec, observed: running(spec, { seed: [] }), services: ['seed'] });
    return plan.waves.flat().find(({ service: name }) => name === 'seed')!.gate;
  };

  it('lets a service end well on its first deployment that nothing restarts, checks or needs', () => {
    expect(gateOf({})).toMatchObject({ kind: 'long-running', mayEnd: true });
    expect(gateOf({ restart: 'on-failure' }).mayEnd).toBeUndefined();
    expect(gateOf({ healthcheck: 'own' }).mayEnd).toBeUndefined();
    const ports = [{ hostIp: '', hostPort: 80, containerPort: 80, protocol: 'tcp' as const }];
    expect(gateOf({ ports }).mayEnd).toBeUndefined();
    expect(gateOf({}, [service('api', { dependsOn: [after('seed')] })]).mayEnd).toBeUndefined();
  });

  it('wants the end of a service whose completion another one waits for', () => {
    const gate = gateOf({}, [service('api', { dependsOn: [after('seed', 'completed')] })]);
    expect(gate).toMatchObject({ kind: 'one-shot' });
    expect(gate.mayEnd).toBeUndefined();
  });
});

describe('warnings', () => {
  it('name a gate that will see little', () => {
    const blind = service('blind', { healthcheck: 'none' });
    const spec = stack([blind]);
    const observed = running(spec, { blind: [container(blind, { configHash: 'other', health: 'none' })] });
    expect(planDeployment({ spec, observed, services: [] }).warnings).toMatchObject([
      {
        rule: 'unverified',
        service: 'blind',
        message: 'unverified: it has no healthcheck, so its gate only sees that it stays up for 5 s',
      },
    ]);
  });

  it('name a service that is only taken for a one-shot', () => {
    const seed = service('seed', { restart: 'no', healthcheck: 'inherit' });
    const spec = stack([seed]);
    const ended = container(seed, { state: 'exited', exitCode: 0, health: 'none' });
    expect(planDeployment({ spec, observed: running(spec, { seed: [ended] }), services: [] })).toMatchObject({
      waves: [],
      warnings: [{ rule: 'taken-for-one-shot', service: 'seed' }],
    });
    const server = { ...seed, ports: [{ hostIp: '', hostPort: 80, containerPort: 80, protocol: 'tcp' as const }] };
    expect(
      planDeployment({ spec: stack([server]), observed: running(spec, { seed: [ended] }), services: [] }).waves.flat(),
    ).toMatchObject([{ because: ['not running: exited with 0'] }]);
  });
});

describe('a plan before the builds', () => {
  it('says what may change yet, of what does not change anyway', () => {
    const observed = running(shop, { api: [container(api, { configHash: 'other' })] });
    const mayChange = {
      api: 'its build context changed',
      worker: 'its build context changed',
      web: 'pull_policy: always',
    };
    expect(planText({ spec: shop, observed, mayChange })).toBe(
      text(`
        Plan for shop: 1 of 5 services changes
        wave 1
          replace  api  configuration changed
        wave 2
          judge    web  depends on api
        unchanged: postgres, redis, worker
        may change: web (pull_policy: always)
        may change: worker (its build context changed)
      `),
    );
  });
});
