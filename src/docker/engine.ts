import type { ContainerInspectInfo } from 'dockerode';
import type { ObservedContainer, ObservedNetwork } from '../plan/observed-stack.js';
import type { ImageFacts } from '../spec/image-facts.js';

/**
 * What we ask of Docker Engine, in our own nouns. Containers are found by Compose's labels, never by name; one-off
 * containers (`docker compose run`) never count. Every call may throw `EngineAway` when the engine does not answer.
 */
export interface Engine {
  /** Identity and capacity of the engine. */
  info(): Promise<EngineInfo>;
  /** Its identity alone, as it was at most ten seconds ago: every step asks, and a full answer costs the engine two programs. */
  id(): Promise<string>;

  /** The Compose projects that have containers here, stopped ones included, as their labels tell. */
  projects(): Promise<ComposeProject[]>;
  /** Containers of a project, or of one service of it, stopped ones and leftovers included. */
  containers(project: string, service?: string): Promise<ObservedContainer[]>;
  /** The same containers, with the whole of `docker inspect`, which never leaves the host. */
  inspects(project: string, service?: string): Promise<ContainerInspect[]>;
  /** The whole of `docker inspect`; it holds secrets, so it never leaves the host. Undefined when it is gone. */
  inspect(containerId: string): Promise<ContainerInspect | undefined>;
  /** Networks Compose made for the project, and those named. */
  networks(project: string, names: string[]): Promise<ObservedNetwork[]>;
  /** Volumes Compose made for the project, and those named. `labels`: it carries Compose's labels of this project. */
  volumes(project: string, names: string[]): Promise<{ name: string; driver: string; labels: boolean }[]>;

  /** The id an image reference names now, or null. */
  imageId(reference: string): Promise<string | null>;
  /** Makes `reference` name the image; a digest reference is left alone. */
  tag(imageId: string, reference: string): Promise<void>;
  /**
   * Takes a name away; the image goes with its last name unless a container uses it. Nothing happens when nothing
   * carries the name. The last name of an image that a stopped container uses stays (`EngineRefused`): taking it away
   * would take the image from under that container.
   */
  untag(reference: string): Promise<void>;

  start(containerId: string): Promise<void>;
  /** Stops within the container's own grace period. Already stopped or gone is fine. */
  stop(containerId: string): Promise<void>;
  /** Removes a container but never a volume; a running one is stopped first. Waits while a removal is in progress. Gone is fine. */
  remove(containerId: string): Promise<void>;
  /**
   * Creates a container as it was, from its inspect: name, configuration, host configuration, networks with aliases,
   * anonymous volumes put back. Returns the new id; not started. The old one must be gone: it holds the name.
   * `standIns` says which container now stands for one that namespaces or volumes were shared with
   * (`container:<id>`, `volumes_from`): old id → new id. Differences that remain are listed in `recreationOf`.
   */
  recreate(inspect: ContainerInspect, imageId: string, standIns?: Record<string, string>): Promise<string>;
  removeNetwork(idOrName: string): Promise<void>;
  /** A tar archive of a path in a container, or undefined when there is no such path or no such container. */
  readPath(containerId: string, path: string): Promise<Buffer | undefined>;
  writePath(containerId: string, parent: string, tar: Buffer): Promise<void>;
  /** Paths that differ from the container's image. A mount point shows as an empty file or folder. */
  changes(containerId: string): Promise<{ path: string; kind: 'modified' | 'added' | 'deleted' }[]>;
  /** What is at a path in a container, stopped ones too; undefined when there is no such path. */
  statPath(containerId: string, path: string): Promise<PathStat | undefined>;

  /**
   * Runs a command inside a container. Never throws for a command that fails: 126 and 127 say that it could not be run,
   * and in a container that is gone, stopped or paused it fails with 1 and the engine's words. At the time-out, and when
   * `signal` aborts (which throws its reason), we only stop waiting: Docker has no way to end a command.
   */
  exec(containerId: string, command: string[], options: ExecOptions): Promise<ExecResult>;
  /**
   * Lines since the container last started (both streams, TTY or not), the last `lines` of them; each at most 4 KiB. In a
   * crash loop whose newest run has written nothing yet, those of the runs before it. Empty where the log driver cannot
   * be read.
   */
  lastLines(containerId: string, lines: number): Promise<string[]>;
  /**
   * Reads what a container wrote since it last started (both streams, TTY or not), as it comes: some lines at a time,
   * each at most 4 KiB; the next are read when `consume` asks for them, and no more when it returns. Throws
   * `LogUnreadable` where the log driver keeps nothing that could be read, and `EngineRefused` (404) where the container
   * is gone. A container that never ran has no lines.
   */
  readLog<T>(
    containerId: string,
    window: LogWindow,
    consume: (lines: AsyncIterable<string[]>) => Promise<T>,
  ): Promise<T>;
  /**
   * Exit events of the project's containers since a moment: with which code a container ended that runs again. The
   * engine remembers its last 256 events, of whatever kind, and each run of a healthcheck is three of them: what is not
   * here may have been. Whether something restarts is told by its restart count alone.
   */
  deaths(project: string, sinceMs: number): Promise<{ containerId: string; exitCode: number; atMs: number }[]>;
  /** What the running containers of a project use now. Cheap: the engine does not wait for a second reading. */
  usage(project: string): Promise<ContainerUsage[]>;
  /** Ids of the project's containers that somebody has sent a signal since a moment, as a stop does; out of the same memory. */
  signalled(project: string, sinceMs: number): Promise<string[]>;
  /** Containers on the engine, of any project, that publish a host port. */
  portHolders(): Promise<PortHolder[]>;

  /**
   * Everything that carries a project's label, one-offs and leftovers too, and whatever else mounts its volumes. Of these volumes also
   * those that carry no label at all: a Docker that is stopping may make one so.
   */
  belongings(project: string, volumes?: string[]): Promise<Belongings>;
  /** Compose projects of which a container, a network or a volume carries this label with this value. */
  projectsLabelled(label: string, value: string): Promise<string[]>;
  /** Ends a container at once and removes it with the volumes that were made with it, named ones excepted. Gone is fine. */
  removeWithVolumes(containerId: string): Promise<void>;
  /** Names of volumes that carry this label with this value. */
  volumesLabelled(label: string, value: string): Promise<string[]>;
  /** Removes a volume. Gone is fine; one that is in use is refused. */
  removeVolume(name: string): Promise<void>;
  /** Makes a container of an image that is on no network, and is meant for looking at its files: it is never started. */
  createUnstarted(image: string, labels: Record<string, string>): Promise<string>;
  /** What an image says of itself; undefined where there is none of that name. */
  imageAbout(reference: string): Promise<ImageAbout | undefined>;

  /**
   * Takes a name away, and the image with its last name; never by force. False where a container, running or not, uses the
   * image and this is its last name: then it stays. True where nothing carries the name.
   */
  untagUnused(reference: string): Promise<boolean>;
  /** Removes an image by its id, never by force. False where a container uses it, or names of several repositories name it. */
  removeUnused(imageId: string): Promise<boolean>;
  /** All names of an image; undefined where it is gone. */
  imageNames(imageId: string): Promise<{ tags: string[]; digests: string[] } | undefined>;
  /** Paths of the host that any container mounts, stopped ones and those of other projects included. */
  mountedPaths(): Promise<string[]>;
  /**
   * Cuts the build cache down to so many bytes: what has not been used for longest goes first, and nothing that is in use. It is
   * shared by all who build on this engine. Returns the bytes that were freed.
   */
  pruneBuildCache(keepBytes: number): Promise<number>;
}

/** What a container uses. */
export interface ContainerUsage {
  container: string;
  service: string;
  /** Processor time since its start, in milliseconds; two readings tell a rate. */
  cpuMs: number;
  memoryBytes: number;
}

/** What belongs to a Compose project. */
export interface Belongings {
  /** `volumes`: names of those it mounts, without a name of their own included. */
  containers: { id: string; name: string; volumes: string[] }[];
  networks: { id: string; name: string }[];
  /** Names of its volumes. */
  volumes: string[];
}

/** An image on the engine. */
export interface ImageAbout extends ImageFacts {
  id: string;
  /** Digests of its layers. Images with the same have the same files; empty where the engine does not say. */
  layers: string[];
}

/** Which of a container's lines are read: all until now, where it says nothing else. */
export interface LogWindow {
  /** Only what was written in this time after the start. */
  firstMs?: number;
  /** Only the last lines. */
  last?: number;
  /** Gives up; the call throws its reason. */
  signal?: AbortSignal;
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

/** Where Compose found a project when it last made a container of it: paths on the machine that Compose ran on. */
export interface ComposeProject {
  name: string;
  workingDir: string;
  configFiles: string[];
  envFiles: string[];
}

export interface ExecOptions {
  timeoutMs: number;
  signal?: AbortSignal;
  /** The user within the container; default: its own. */
  user?: string;
  /** Variables for the command alone; may hold secrets, which go to the engine in the body of a request. */
  env?: Record<string, string>;
}

export interface ExecResult {
  /** The command's exit code; 126 and 127 say that it could not be run. */
  exitCode: number;
  /** The command was still running at the time-out; the exit code is 124 then. */
  timedOut: boolean;
  /** The end of both streams, at most 4 KiB. May hold secrets. */
  output: string;
  durationMs: number;
}

export interface PathStat {
  isFile: boolean;
  /** Bytes. */
  size: number;
  /** RFC 3339, with the fraction of the second that the file system kept; without one when that is zero. */
  modifiedAt: string;
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
export type ContainerInspect = ContainerInspectInfo;

/** The engine did not answer: worth trying again. */
export class EngineAway extends Error {
  override readonly name = 'EngineAway';
}

/** The engine took a request, and did not answer it in the time that there was for it. */
export class EngineLate extends EngineAway {}

/** The engine answered, and said no. The message is its own. */
export class EngineRefused extends Error {
  override readonly name = 'EngineRefused';

  constructor(
    readonly statusCode: number,
    message: string,
  ) {
    super(message);
  }
}

/** The container's log driver keeps nothing that could be read back. */
export class LogUnreadable extends Error {
  override readonly name = 'LogUnreadable';
}
