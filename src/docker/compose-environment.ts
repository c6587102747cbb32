import { engineHost } from './engine-address.js';
import { capturedEnvironment } from '../store/registry.js';
import type { Frozen } from '../store/frozen.js';
import type { Layout } from '../store/layout.js';

/** Variables of the worker's shell that every Docker command may need; nothing else of it reaches a configuration. */
const PASSED_ON = /^(PATH|HOME|DOCKER_.*|BUILDKIT_PROGRESS|BUILDX_.*|(https?|no|all|ftp)_proxy|SSL_CERT_(FILE|DIR))$/i;

export function isPassedOn(name: string): boolean {
  return PASSED_ON.test(name) && name !== 'DOCKER_CONTEXT';
}

/**
 * What Docker itself needs of an environment. The docker command would follow the chosen context as well; it is told to
 * ask the very engine that we look at. Throws where `DOCKER_HOST` is of a kind that we cannot look at.
 */
export function dockerEnvironment(env: NodeJS.ProcessEnv): Record<string, string> {
  const passed = Object.entries(env).filter(([name, value]) => isPassedOn(name) && value !== undefined);
  return { ...(Object.fromEntries(passed) as Record<string, string>), DOCKER_HOST: engineHost(env) };
}

/** The environment in which a stack's original files are rendered: Docker's own needs, and what was captured for it. */
export async function composeEnvironment(
  world: { layout: Layout; env: NodeJS.ProcessEnv },
  stack: string,
): Promise<Record<string, string>> {
  return { ...(await capturedEnvironment(world.layout, stack)), ...dockerEnvironment(world.env) };
}

/** The environment of every command on a frozen configuration: it needs no variable but those that secrets are taken from. */
export function frozenEnvironment(world: { env: NodeJS.ProcessEnv }, frozen: Frozen): Record<string, string> {
  return { ...frozen.secrets, ...dockerEnvironment(world.env) };
}
