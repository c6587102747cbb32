import { describe, expect, it } from '@jest/globals';
import { splitReference } from '../../../src/docker/image-reference.js';

describe('splitReference', () => {
  const digest = `sha256:${'0'.repeat(64)}`;
  it.each([
    ['redis', { repo: 'redis', tag: 'latest' }],
    ['redis:7', { repo: 'redis', tag: '7' }],
    ['registry:5000/team/api', { repo: 'registry:5000/team/api', tag: 'latest' }],
    ['registry:5000/team/api:1.2', { repo: 'registry:5000/team/api', tag: '1.2' }],
    [`redis@${digest}`, { repo: 'redis', tag: 'latest', digest }],
    [`registry:5000/redis:7@${digest}`, { repo: 'registry:5000/redis', tag: '7', digest }],
  ])('%s', (reference, parts) => expect(splitReference(reference)).toEqual(parts));
});
