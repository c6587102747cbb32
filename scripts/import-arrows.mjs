/**
 * Holds the direction of imports: each folder names the folders it may import from, and workflows may take only types
 * from activities. Run by the lint step; the table is the architecture.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Folder → folders it may import from (itself always). `type:` allows `import type` only. */
export const ARROWS = {
  'src/spec': ['src/plan'],
  'src/plan': ['src/spec'],
  'src/preflight': ['src/spec', 'src/plan'],
  'src/host': ['src/preflight', 'type:src/twin'],
  'src/gates': ['src/spec', 'src/plan'],
  'src/health': ['src/spec', 'src/plan', 'src/gates'],
  'src/twin': ['src/spec', 'src/plan', 'src/preflight', 'src/gates'],
  'src/backup': ['src/spec', 'src/plan', 'src/preflight', 'src/twin', 'src/docker', 'src/store', 'type:src/health'],
  'src/report': ['src/spec', 'src/plan', 'src/gates'],
  'src/docker': ['src/spec', 'src/plan', 'src/gates', 'src/store'],
  'src/presence': ['src/spec', 'src/plan'],
  'src/schedule': ['src/spec'],
  'src/store': ['src/spec', 'src/plan', 'type:src/docker', 'type:src/report'],
  activities: [
    'src/backup',
    'src/spec',
    'src/plan',
    'src/preflight',
    'src/gates',
    'src/health',
    'src/host',
    'src/docker',
    'src/report',
    'src/store',
    'src/twin',
    'src/presence',
    'src/schedule',
  ],
  workflows: ['src/spec', 'src/plan', 'src/gates', 'src/twin', 'type:activities', 'activities/failures.ts'],
  'src/client': ['src/spec', 'src/plan', 'src/presence', 'workflows/messages.ts', 'type:workflows', 'type:src/report'],
  'src/cli': [
    'src/backup',
    'src/client',
    'src/spec',
    'src/plan',
    'src/preflight',
    'src/gates',
    'src/host',
    'src/docker',
    'src/report',
    'src/store',
    'src/worker',
    'src/presence',
    'src/schedule',
  ],
  'src/worker': [
    'src/spec',
    'src/plan',
    'src/docker',
    'src/schedule',
    'src/store',
    'src/client',
    'activities',
    'workflows',
  ],
};
/** Any folder may import these. */
const SHARED = ['names', 'package-root', 'retry-classes', 'longest-timer', 'not-there', 'timeout-signal'].map(
  (name) => `src/${name}.ts`,
);
/** Packages that only one folder may import, and packages that a folder may not. */
const ONLY_IN = { dockerode: 'src/docker', '@temporalio/worker': 'src/worker', '@temporalio/activity': 'activities' };
const NODE_FREE = ['workflows', 'src/plan', 'src/gates', 'src/preflight', 'src/twin', 'src/health'];
/** Pure files that need a pure function of Node; no workflow imports them. */
const MAY_USE_NODE = ['src/plan/plan-hash.ts'];

const IMPORT =
  /^\s*(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/gm;

/** Every import of a source text that breaks a rule, as lines for people. `file` is relative to the root. */
export function arrowsBrokenBy(file, text) {
  const from = folderOf(file);
  if (!from) return [];
  const broken = [];
  for (const [statement, typeOnly, target, dynamic] of text.matchAll(IMPORT)) {
    const specifier = target ?? dynamic;
    const isType = Boolean(typeOnly) || statement.includes('typeof import(');
    const rule = specifier.startsWith('.')
      ? relativeRule(from, file, specifier, isType)
      : packageRule(from, file, specifier, isType);
    if (rule) broken.push(`${file}: imports ${specifier}: ${rule}`);
  }
  return broken;
}

function relativeRule(from, file, specifier, isType) {
  const target = path.posix.join(path.posix.dirname(file), specifier).replace(/\.js$/, '.ts');
  const to = folderOf(target);
  if (to === from || SHARED.includes(target)) return undefined;
  const allowed = ARROWS[from];
  if (allowed.includes(to) || allowed.includes(target)) return undefined;
  if (isType && allowed.includes(`type:${to}`)) return undefined;
  return `${from} may import ${allowed.join(', ') || 'nothing else'}`;
}

function packageRule(from, file, specifier, isType) {
  if (isType) return undefined;
  for (const [name, folder] of Object.entries(ONLY_IN)) {
    if (specifier === name && from !== folder) return `only ${folder} may import ${name}`;
  }
  if (
    specifier.startsWith('node:') &&
    NODE_FREE.includes(from) &&
    specifier !== 'node:path' &&
    !MAY_USE_NODE.includes(file)
  ) {
    return `${from} is pure: nothing of Node`;
  }
  return undefined;
}

function folderOf(file) {
  return Object.keys(ARROWS)
    .filter((folder) => file.startsWith(`${folder}/`))
    .sort((a, b) => b.length - a.length)[0];
}

/** Every broken arrow below the root. */
export function brokenArrows(root) {
  const broken = [];
  for (const top of ['src', 'workflows', 'activities']) {
    for (const entry of readdirSync(path.join(root, top), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !/\.tsx?$/.test(entry.name)) continue;
      const full = path.join(entry.parentPath ?? entry.path, entry.name);
      const file = path.relative(root, full).split(path.sep).join('/');
      broken.push(...arrowsBrokenBy(file, readFileSync(full, 'utf8')));
    }
  }
  return broken;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const broken = brokenArrows(path.dirname(path.dirname(fileURLToPath(import.meta.url))));
  for (const line of broken) console.error(line);
  process.exitCode = broken.length > 0 ? 1 : 0;
}
