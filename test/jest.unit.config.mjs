import base from './jest.config.mjs';

const typescript = '^.+\\.ts$';

/** Runs test/unit in the parts that `scripts/unit-parts.mjs` has written. */
export default {
  ...base,
  roots: ['<rootDir>/dist/test-unit', '<rootDir>/test'],
  testMatch: ['<rootDir>/dist/test-unit/*.test.mjs'],
  moduleFileExtensions: ['js', 'mjs', 'ts', 'tsx', 'cjs', 'json', 'node'],
  setupFiles: ['<rootDir>/test/support/no-disk-sync.mjs'],
  transform: {
    '/test/unit/.+\\.test\\.ts$': ['<rootDir>/test/support/file-as-block.mjs', base.transform[typescript][1]],
    ...base.transform,
  },
};
