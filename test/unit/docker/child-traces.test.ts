import { expect, it } from '@jest/globals';
import { wasContainerKilled } from '../../../src/docker/child-traces.js';

it.each([
  [137, undefined, true],
  [143, undefined, true],
  [143, 'SIGINT', true],
  [130, 'SIGINT', true],
  [130, 'int', true],
  [131, 'SIGQUIT', true],
  [131, '3', true],
  [130, undefined, false],
  [130, '', false],
  [130, 'SIGQUIT', false],
  [131, 'SIGRTMIN+3', false],
  [1, 'SIGINT', false],
])('a container that ends with %i, and is stopped by %s: killed %p', (exitCode, stopSignal, wasKilled) => {
  expect(wasContainerKilled(exitCode, stopSignal)).toBe(wasKilled);
});
