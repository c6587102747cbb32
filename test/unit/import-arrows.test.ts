import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
// @ts-expect-error plain JavaScript, run by the lint step too
import { arrowsBrokenBy, brokenArrows } from '../../scripts/import-arrows.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

describe('imports', () => {
  it('point one way in every source file', () => {
    expect(brokenArrows(root)).toEqual([]);
  });

  it.each([
    ['workflows/deploy.ts', `import { plan } from '../activities/plan-deployment.js';`],
    ['workflows/deploy.ts', `import fs from 'node:fs';`],
    ['src/plan/waves.ts', `import { Engine } from '../docker/engine.js';`],
    ['src/cli/main.ts', `import Docker from 'dockerode';`],
    ['src/store/releases.ts', `export * from '../../activities/index.js';`],
    ['src/client/connect.ts', `const verb = await import('../cli/main.js');`],
  ])('in %s may not be %s', (file, text) => {
    expect(arrowsBrokenBy(file, text)).toHaveLength(1);
  });

  it.each([
    ['workflows/deploy.ts', `import type { Activities } from '../activities/activities.js';`],
    ['activities/plan-deployment.ts', `import { planDeployment } from '../src/plan/plan-deployment.js';`],
  ])('in %s may be %s', (file, text) => {
    expect(arrowsBrokenBy(file, text)).toEqual([]);
  });
});
