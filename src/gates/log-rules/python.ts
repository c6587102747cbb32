import { rulesOf } from './rule.js';

/** What Python programs and their servers say when they cannot start or fall over. */
export const PYTHON_RULES = rulesOf('python', [
  {
    id: 'python/module-not-found',
    pattern: /ModuleNotFoundError: |ImportError: No module named /,
    severity: 'error',
    cause: 'a module that the code imports is not in the image',
    remedy: 'add it to the requirements and build again; check PYTHONPATH if it is your own',
    examples: ["ModuleNotFoundError: No module named 'sqlalchemy'", 'ImportError: No module named jwt'],
    counterExamples: ['except ModuleNotFoundError as e', 'optional module not found: orjson'],
  },
  {
    id: 'python/import-error',
    pattern:
      /ImportError: (?!No module named)|Error loading ASGI app\. |Attribute "\w{1,80}" not found in module|Failed to find attribute '|Unable to load celery application/,
    severity: 'error',
    cause: 'a module is there, and what is asked of it is not',
    remedy: 'compare the name with the version of the module in the image; look for a circular import',
    examples: [
      "ImportError: cannot import name 'Mapped' from 'sqlalchemy.orm'",
      'ERROR:    Error loading ASGI app. Could not import module "main".',
      'ERROR:    Error loading ASGI app. Attribute "app" not found in module "main".',
      'Attribute "api" not found in module "main"',
      "Failed to find attribute 'app' in 'main'.",
      'Error: Unable to load celery application.',
    ],
    counterExamples: ['except ImportError:', 'ImportErrors: 0'],
  },
  {
    id: 'python/syntax-error',
    pattern:
      /IndentationError: |TabError: |SyntaxError: (?:invalid syntax|unterminated|unexpected EOF|EOL while|EOF while|'.{1,20}' was never closed|unmatched|expected|cannot assign|f-string|invalid decimal|Missing parentheses|unexpected indent)/,
    severity: 'error',
    cause: 'a source file is not Python of this version',
    remedy: 'the line above names file and line; compare the version of Python with what the code needs',
    examples: [
      'SyntaxError: invalid syntax',
      'IndentationError: unexpected indent',
      'TabError: inconsistent use of tabs',
    ],
    counterExamples: [
      'SyntaxError: Unexpected token }',
      'psycopg2.errors.SyntaxError: syntax error at or near "SELEC"',
    ],
  },
  {
    id: 'python/missing-setting',
    pattern:
      /KeyError: '[A-Z][A-Z0-9]{0,30}_[A-Z0-9_]{1,60}'|validation errors? for \w{0,60}(?:Settings|Config)\b|ImproperlyConfigured: |decouple\.UndefinedValueError: |EnvError: |Environment variable ["'].{1,60}["'] (?:not set|is required)/,
    severity: 'error',
    cause: 'a setting that the program needs is missing or not valid',
    remedy: 'set the variable that is named, in environment or env_file of the service',
    examples: [
      "KeyError: 'DATABASE_URL'",
      'pydantic_core._pydantic_core.ValidationError: 2 validation errors for Settings',
      'django.core.exceptions.ImproperlyConfigured: The SECRET_KEY setting must not be empty.',
      'decouple.UndefinedValueError: SECRET_KEY not found.',
      'environs.EnvError: Environment variable "PORT" not set',
      'Environment variable "PORT" is required',
    ],
    counterExamples: ["KeyError: 'user'", '0 validation errors for Item', 'DATABASE_URL is set'],
  },
  {
    id: 'python/migration-failed',
    pattern:
      /Can't locate revision identified by|Multiple head revisions are present|FAILED: Target database is not up to date|InconsistentMigrationHistory: |NodeNotFoundError: Migration /,
    severity: 'error',
    cause: 'the migrations in the image and the state of the database do not belong together',
    remedy: 'build the image with every migration that the database has seen, or merge the heads',
    examples: [
      "alembic.util.exc.CommandError: Can't locate revision identified by 'a1b2c3'",
      'ERROR [alembic.util.messaging] Multiple head revisions are present for given argument',
      'FAILED: Target database is not up to date.',
      'django.db.migrations.exceptions.InconsistentMigrationHistory: Migration a.0002 is applied before',
      'django.db.migrations.exceptions.NodeNotFoundError: Migration a.0002 dependencies reference nonexistent parent',
    ],
    counterExamples: ['INFO  [alembic.runtime.migration] Running upgrade  -> a1b2c3, first'],
  },
  {
    id: 'python/worker-failed',
    pattern:
      /Worker failed to boot|HaltServer: |Application startup failed\. Exiting|WORKER TIMEOUT|Worker \(pid:\d{1,9}\) exited with code [1-9]/,
    severity: 'error',
    cause: 'a worker process of the server did not come up, or hung',
    remedy: 'the lines above tell why; a worker that times out needs less to do at start, or a longer timeout',
    examples: [
      '[2026-01-05 10:11:12 +0000] [1] [ERROR] Reason: Worker failed to boot.',
      "gunicorn.errors.HaltServer: <HaltServer 'x' 3>",
      'ERROR:    Application startup failed. Exiting.',
      '[2026-01-05 10:11:12 +0000] [1] [CRITICAL] WORKER TIMEOUT (pid:9)',
      '[2026-01-05 10:11:12 +0000] [1] [ERROR] Worker (pid:9) exited with code 3',
    ],
    counterExamples: [
      '[INFO] Booting worker with pid: 9',
      'INFO:     Application startup complete.',
      'Worker (pid:9) exited with code 0',
    ],
  },
  {
    id: 'python/traceback',
    pattern: /Traceback \(most recent call last\)/,
    severity: 'warning',
    generic: true,
    cause: 'an exception was not handled, or was logged',
    remedy: 'the last line of the trace names it',
    examples: ['Traceback (most recent call last):'],
    counterExamples: ['print a traceback with most recent call last'],
  },
]);
