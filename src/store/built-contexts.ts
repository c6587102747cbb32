import path from 'node:path';
import { encodeName, stackFolder, type Layout } from './layout.js';
import { readJson, writeJson } from './private-file.js';

/** What an image was last built from here, and what came of it: so that a dry run can tell without building. */
export interface BuiltContext {
  /** As `contextHash` gives it, taken before the build began. */
  contextHash: string;
  imageId: string;
}

/** `reference` is the name that the build gave to the image. */
export async function rememberContext(
  layout: Layout,
  stack: string,
  reference: string,
  built: BuiltContext,
): Promise<void> {
  await writeJson(contextFile(layout, stack, reference), built);
}

/** Undefined for a reference that has not been built here. */
export async function builtContext(
  layout: Layout,
  stack: string,
  reference: string,
): Promise<BuiltContext | undefined> {
  return readJson<BuiltContext>(contextFile(layout, stack, reference));
}

function contextFile(layout: Layout, stack: string, reference: string): string {
  return path.join(stackFolder(layout, stack), 'contexts', `${encodeName(reference)}.json`);
}
