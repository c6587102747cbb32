import { describe, expect, it } from '@jest/globals';
import { globalFlags } from '../../../src/cli/global-flags.js';

describe('global flags', () => {
  it('take what Compose takes from its variables', () => {
    const env = {
      COMPOSE_FILE: 'a.yaml:b.yaml',
      COMPOSE_PROJECT_NAME: 'shop',
      COMPOSE_PROFILES: 'debug, tools',
      COMPOSE_ENV_FILES: 'one.env,two.env',
    };
    expect(globalFlags({}, env)).toMatchObject({
      files: ['a.yaml', 'b.yaml'],
      projectName: 'shop',
      profiles: ['debug', 'tools'],
      envFiles: ['one.env', 'two.env'],
    });
  });

  it('split COMPOSE_FILE at the separator that is asked for', () => {
    expect(globalFlags({}, { COMPOSE_FILE: 'a:1.yaml;b.yaml', COMPOSE_PATH_SEPARATOR: ';' }).files).toEqual([
      'a:1.yaml',
      'b.yaml',
    ]);
  });

  it('let what is typed win, one flag at a time', () => {
    const env = { COMPOSE_FILE: 'a.yaml', COMPOSE_PROJECT_NAME: 'shop' };
    expect(globalFlags({ file: ['c.yaml'] }, env)).toMatchObject({ files: ['c.yaml'], projectName: 'shop' });
  });

  it.each([
    [{}, {}, true],
    [{}, { NO_COLOR: '1' }, false],
    [{}, { NO_COLOR: '' }, true],
    [{ color: false }, {}, false],
  ])('colour %j with %j: %s', (typed, env, colour) => {
    expect(globalFlags(typed, env).colour).toBe(colour);
  });
});
