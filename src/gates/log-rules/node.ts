import { rulesOf } from './rule.js';

/** What Node programs say when they cannot start or fall over. */
export const NODE_RULES = rulesOf('node', [
  {
    id: 'node/module-not-found',
    pattern: /Error: Cannot find (?:module|package) '|code: 'MODULE_NOT_FOUND'|ERR_MODULE_NOT_FOUND/,
    severity: 'error',
    cause: 'a module that the code loads is not in the image',
    remedy: 'add it to dependencies (not devDependencies) and build again; check the path if it is your own',
    examples: [
      "Error: Cannot find module 'express'",
      "  code: 'MODULE_NOT_FOUND',",
      "Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'pg' imported from /app/index.js",
    ],
    counterExamples: ["optional module 'bufferutil' is not there", 'MODULE_NOT_FOUND is ignored'],
  },
  {
    id: 'node/syntax-error',
    pattern:
      /SyntaxError: (?:Unexpected (?:token|identifier|end of input|reserved word)(?!.{0,80}JSON)|Invalid or unexpected token|Cannot use import statement|missing \)|The requested module|Unexpected strict mode)|ERR_REQUIRE_ESM|ERR_UNKNOWN_FILE_EXTENSION|require is not defined in ES module scope|TSError: /,
    severity: 'error',
    cause: 'a source file is not what this version of Node expects there',
    remedy: 'check "type" in package.json, the build step, and the version of Node in the image',
    examples: [
      "SyntaxError: Unexpected token '}'",
      'SyntaxError: Invalid or unexpected token',
      'Error [ERR_REQUIRE_ESM]: require() of ES Module /app/x.js not supported.',
      'TypeError [ERR_UNKNOWN_FILE_EXTENSION]: Unknown file extension ".ts" for /app/x.ts',
      'ReferenceError: require is not defined in ES module scope, you can use import instead',
      'TSError: x Unable to compile TypeScript:',
    ],
    counterExamples: ['SyntaxError: Unexpected token < in JSON at position 0', 'SyntaxError: invalid syntax'],
  },
  {
    id: 'node/wrong-native-module',
    pattern:
      /ERR_DLOPEN_FAILED|invalid ELF header|compiled against a different Node\.js version|Exec format error|exec format error|Query [Ee]ngine library for current platform|could not locate the Query Engine/i,
    severity: 'error',
    cause: 'a compiled part was made for another platform or another version of Node',
    remedy: 'install dependencies within the image, for its platform; keep node_modules in .dockerignore',
    examples: [
      "  code: 'ERR_DLOPEN_FAILED'",
      'Error: /app/node_modules/bcrypt/lib/binding/bcrypt.node: invalid ELF header',
      'was compiled against a different Node.js version using',
      'exec /docker-entrypoint.sh: exec format error',
      'sh: ./run: Exec format error',
      'Error: Query engine library for current platform "debian-openssl-3.0.x" could not be found.',
      'Prisma Client could not locate the Query Engine for runtime "debian-openssl-3.0.x".',
    ],
    counterExamples: ['rebuilt native module bcrypt', 'format error in template'],
  },
  {
    id: 'node/missing-script',
    pattern:
      /npm (?:ERR!|error) Missing script|npm (?:ERR!|error) enoent|ERR_PNPM_NO_SCRIPT|error Command "[^"]{1,80}" not found/i,
    severity: 'error',
    cause: 'the command of the container asks for a script or file that the image does not have',
    remedy: 'compare command: with "scripts" in the package.json of the image',
    examples: [
      'npm error Missing script: "start:prod"',
      'npm ERR! enoent Could not read package.json',
      'ERR_PNPM_NO_SCRIPT  Missing script: serve',
      'error Command "serve" not found.',
    ],
    counterExamples: ['npm warn config production Use `--omit=dev` instead.'],
  },
  {
    id: 'node/missing-setting',
    pattern:
      /Missing required environment variable|Environment variable not found: |Environment variable \S{1,60} is (?:not set|required|missing)|PrismaClientInitializationError|secretOrPrivateKey must have a value|Invalid environment variables|SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string/i,
    severity: 'error',
    cause: 'a setting that the program needs is missing or not valid',
    remedy: 'set the variable that is named, in environment or env_file of the service',
    examples: [
      'Error: Missing required environment variable DATABASE_URL',
      'error: Environment variable not found: DATABASE_URL.',
      'Environment variable JWT_SECRET is not set',
      'PrismaClientInitializationError: Invalid `prisma.user.count()` invocation',
      'Error: secretOrPrivateKey must have a value',
      '❌ Invalid environment variables: { PORT: [ "Required" ] }',
      'Error: SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string',
    ],
    counterExamples: ['Environment variables loaded from .env', 'Environment variable LOG_LEVEL is optional'],
  },
  {
    id: 'node/unhandled',
    pattern:
      /UnhandledPromiseRejection|ERR_UNHANDLED_REJECTION|triggerUncaughtException\(|ERR_UNHANDLED_ERROR|app crashed - waiting for file changes|Unhandled 'error' event|Uncaught Exception: |^Uncaught .{0,40}Error: /,
    severity: 'error',
    generic: true,
    cause: 'an error was not handled, which ends the process',
    remedy: 'the lines beside it name the error',
    examples: [
      '(node:1) UnhandledPromiseRejectionWarning: boom',
      "  code: 'ERR_UNHANDLED_REJECTION'",
      '            triggerUncaughtException(err, true /* fromPromise */);',
      "  code: 'ERR_UNHANDLED_ERROR'",
      '[nodemon] app crashed - waiting for file changes before starting...',
      "      throw er; // Unhandled 'error' event",
      'Uncaught Exception: boom',
      'Uncaught TypeError: x is not a function',
    ],
    counterExamples: ['unhandled rejections: strict', 'listening for uncaughtException'],
  },
]);
