import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import swc from '@swc/jest';
import { isAlone } from '../../scripts/unit-parts.mjs';

const self = fileURLToPath(import.meta.url);
const unit = path.resolve(path.dirname(self), '../unit');

/**
 * Compiles a file of tests as @swc/jest does, and puts what follows its imports into a `describe` of its own: its hooks are
 * for its own tests, and these are named by their file, also where Jest runs several files as one.
 */
export default {
  createTransformer(options) {
    const compiler = swc.createTransformer(options);
    return {
      ...compiler,
      process: (source, file, more) => asBlock(source, file, compiler.process(source, file, more)),
      processAsync: async (source, file, more) =>
        asBlock(source, file, await compiler.processAsync(source, file, more)),
      getCacheKey: (...asked) => compiler.getCacheKey(...asked) + readFileSync(self, 'utf8'),
    };
  },
};

/** Each import of what swc writes is one statement that begins a line, before all else. No line moves. */
function asBlock(source, file, compiled) {
  if (isAlone(source)) return compiled;
  const { code } = compiled;
  const imports = [...code.matchAll(/^import\s[^;]*;/gm)].at(-1);
  const begin = imports ? imports.index + imports[0].length : 0;
  const map = code.lastIndexOf('\n//# sourceMappingURL=');
  const end = map < 0 ? code.length : map;
  const name = JSON.stringify(path.relative(unit, file));
  const opening = `import { describe as asBlock } from '@jest/globals'; asBlock(${name}, () => {`;
  return { ...compiled, code: `${code.slice(0, begin)} ${opening}${code.slice(begin, end)}\n});${code.slice(end)}` };
}
