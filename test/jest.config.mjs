const compiledAs = (jsc) => ({ jsc: { target: 'es2022', ...jsc }, module: { type: 'es6' } });

/** Jest runs the TypeScript sources as ESM, compiled by swc file by file. */
export default {
  rootDir: '..',
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  testSequencer: '<rootDir>/test/long-ones-first.mjs',
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': ['@swc/jest', compiledAs({ parser: { syntax: 'typescript' } })],
    '^.+\\.tsx$': [
      '@swc/jest',
      compiledAs({
        parser: { syntax: 'typescript', tsx: true },
        transform: { react: { runtime: 'automatic', importSource: 'preact' } },
      }),
    ],
  },
  // For what hangs; how long a test may take on a busy machine is nobody's promise.
  testTimeout: 120_000,
};
