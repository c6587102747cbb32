import { expect, it } from '@jest/globals';
import { dockerChecks } from '../../../../src/cli/doctor/check-docker.js';

it('passes what is new enough', () => {
  const checks = dockerChecks({ engine: '26.1.5', engineApi: '1.45', compose: '2.26.1-4', buildx: '0.13.1' });
  expect(checks.map(({ name, state }) => `${name} ${state}`)).toEqual([
    'Docker Engine ok',
    'Docker Compose ok',
    'Docker buildx ok',
  ]);
});

it('fails what is old or missing, each with a remedy', () => {
  const checks = dockerChecks({ engine: '26.1.5', engineApi: '1.45', compose: '2.20.0' });
  expect(checks.map(({ state }) => state)).toEqual(['ok', 'fail', 'fail']);
  expect(checks.slice(1).every(({ remedy }) => remedy)).toBe(true);
});

it('says that the engine does not answer, and leaves the rest', () => {
  expect(dockerChecks({ compose: '2.26.1' })).toMatchObject([
    { name: 'Docker Engine', state: 'fail', found: 'does not answer' },
  ]);
});
