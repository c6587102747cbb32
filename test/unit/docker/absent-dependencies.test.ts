import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { withoutAbsentDependencies } from '../../../src/docker/absent-dependencies.js';

describe('withoutAbsentDependencies', () => {
  it('takes out what the file does not hold, and keeps the rest', () => {
    const yaml = `
services:
  web: { depends_on: { api: { condition: service_started }, debug: { condition: service_started, required: false } } }
  api: { depends_on: { debug: { condition: service_started, required: false } }, command: ["echo", "$$x"] }
`;
    expect(parse(withoutAbsentDependencies(yaml))).toEqual({
      services: { web: { depends_on: { api: { condition: 'service_started' } } }, api: { command: ['echo', '$$x'] } },
    });
  });

  it('leaves every byte of a file that holds what it depends on', () => {
    const yaml = 'services:\n    a: {depends_on: {b: {}}}   # odd\n    b: { command: "08" }\n';
    expect(withoutAbsentDependencies(yaml)).toBe(yaml);
  });
});
