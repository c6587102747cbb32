import { describe, expect, it } from '@jest/globals';
import { withoutSources } from '../../../scripts/histories/previous-bundle.js';

const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64');
const MAP = '//# sourceMappingURL=data:application/json;charset=utf-8;base64,';

describe('the stored workflows of a release', () => {
  it('are the code alone, with a source map that says nothing', () => {
    const code = 'var deploy = 1; // a text with sourceMappingURL in it\n';
    const stored = withoutSources(`${code}${MAP}${base64({ version: 3, sourcesContent: ['all of it'] })}`);
    expect(stored.startsWith(`${code}${MAP}`)).toBe(true);
    const map: unknown = JSON.parse(Buffer.from(stored.split(MAP)[1]!, 'base64').toString());
    expect(map).toEqual({ version: 3, file: 'workflow-bundle.js', sources: [], names: [], mappings: '' });
  });

  it('are not made of what no worker would load', () => {
    expect(() => withoutSources('var deploy = 1;')).toThrow('has no source map');
  });
});
