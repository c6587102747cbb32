import type { ObservedContainer, ObservedNetwork } from '../plan/observed-stack.js';

/**
 * What we ask of Docker Engine, in our own nouns. Containers are found by Compose's labels, never by name; one-off
 * containers (`docker compose run`) never count. Every call may throw `EngineAway` when the engine does not answer.
 */
export interface Engine {
  /** Identity and capacity of the engine. */
  info(): Promise<EngineInfo>;

  /** Containers of a project, stopped ones and leftovers included. */
  containers(project: string): Promise<ObservedContainer[]>;
  /** The whole of `docker inspect`; it holds secrets, so it never leaves the host. Undefined when it is gone. */
  inspect(containerId: string): Promise<ContainerInspect | undefined>;
  /** Networks Compose made for the project, and those named. */
  networks(project: string, names: string[]): Promise<ObservedNetwork[]>;
  volumes(project: string, names: string[]): Promise<{ name: string; driver: string; labels: boolean }[]>;

  /** The id an image reference names now, or null. */
  imageId(reference: string): Promise<string | null>;
  /** Makes `reference` name the image; a digest reference is left alone. */
  tag(imageId: string, reference: string): Promise<void>;
  /** Takes a name away; the image goes with its last name. Nothing happens when nothing carries the name. */
  untag(reference: string): Promise<void>;

  start(containerId: string): Promise<void>;
  /** Stops within the container's own grace period. Already stopped or gone is fine. */
  stop(containerId: string): Promise<void>;
  /** Removes a container but never a volume. Waits while a removal is in progress. Gone is fine. */
  remove(containerId: string): Promise<void>;
  /** Creates a container as it was, from its inspect: name, configuration, host configuration, networks with aliases,
   * anonymous volumes put back. Returns the new id; not started. */
  recreate(inspect: ContainerInspect, imageId: string): Promise<string>;
  removeNetwork(idOrName: string): Promise<void>;
  /** A tar stream of a path in a container, or undefined when there is no such path. */
  readPath(containerId: string, path: string): Promise<Buffer | undefined>;
  writePath(containerId: string, parent: string, tar: Buffer): Promise<void>;

  /** Runs a command inside a container; the outcome never throws for a command that fails. Output is bounded. */
  exec(containerId: string, command: string[], options: { timeoutMs: number; signal?: AbortSignal }): Promise<ExecResult>;
  /** Lines since the container last started (both streams, TTY or not), the last `lines` of them. */
  lastLines(containerId: string, lines: number): Promise<string[]>;
  /** Exit events of the project's containers since a moment: how crash loops are told apart from slow starts. */
  deaths(project: string, sinceMs: number): Promise<{ containerId: string; exitCode: number; atMs: number }[]>;
  /** Containers on the engine, of any project, that publish a host port. */
  portHolders(): Promise<PortHolder[]>;
}

export interface EngineInfo {
  id: string;
  version: string;
  apiVersion: string;
  rootDir: string;
  cpus: number;
  memoryBytes: number;
  architecture: string;
}

export interface ExecResult {
  /** The command's exit code; 126 and 127 say that it could not be run. */
  exitCode: number;
  /** The command was still running at the time-out. */
  timedOut: boolean;
  /** Both streams, at most 4 KiB. May hold secrets. */
  output: string;
  durationMs: number;
}

export interface PortHolder {
  hostIp: string;
  hostPort: number;
  protocol: 'tcp' | 'udp';
  container: string;
  project?: string;
  service?: string;
}

/** `docker inspect` as the engine gives it. */
export type ContainerInspect = import('dockerode').ContainerInspectInfo;

/** The engine did not answer: worth trying again. */
export class EngineAway extends Error {
  override readonly name = 'EngineAway';
}
