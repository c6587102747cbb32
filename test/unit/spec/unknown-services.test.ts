import { expect, it } from '@jest/globals';
import { unknownServices } from '../../../src/spec/unknown-services.js';
import { service, stack } from '../plan/stack.js';

const spec = { ...stack([service('worker'), service('api')]), inactiveServices: ['tools'] };
const remedies = (...named: string[]) => unknownServices(named, spec).map(({ remedy }) => remedy);

it('names the service that was likely meant, and all of them where none is near', () => {
  expect(remedies('workr', 'API')).toEqual(['did you mean worker?', 'did you mean api?']);
  expect(remedies('elasticsearch')).toEqual(['the services are api, worker']);
});

it('finds nothing wrong with what is there, and asks for the profile of what is not active', () => {
  expect(remedies('api', 'worker')).toEqual([]);
  expect(remedies('tools')).toEqual([expect.stringContaining('--profile')]);
});
