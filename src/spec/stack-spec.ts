import type { ApprovalPolicy } from './approval.js';
import type { ReleasesPolicy } from './releases-policy.js';
import type { SchedulePolicy } from './schedule.js';

/**
 * What the engine needs to know of a stack's frozen configuration. It is derived from the rendered Compose file and
 * holds no value of any environment variable, build argument, label or secret.
 */
export interface StackSpec {
  /** The Compose project name; everywhere else called the stack. */
  project: string;
  services: Record<string, ServiceSpec>;
  /** Services of profiles that are not active. Their containers, where there are any, are left alone and are no orphans. */
  inactiveServices: string[];
  networks: Record<string, NetworkSpec>;
  volumes: Record<string, VolumeSpec>;
  policy: StackPolicy;
}

export interface ServiceSpec {
  name: string;
  /** The reference Compose will look up: what `image:` says, else `<project>-<service>`. */
  image: string;
  build?: {
    /** Absolute path of the context on the host, or a remote address. */
    context: string;
    dockerfile?: string;
    target?: string;
  };
  pullPolicy?: string;
  platform?: string;
  /** How many containers the file asks for. */
  scale: number;
  containerName?: string;
  dependsOn: Dependency[];
  /** Services whose namespaces or volumes this one joins (`network_mode: service:x`, `ipc`, `pid`, `volumes_from`). */
  joins: string[];
  /** Keys of `networks`. */
  networks: string[];
  /** Keys of `volumes` that it mounts. */
  volumes: string[];
  ports: PublishedPort[];
  restart: string;
  /** What the Compose file says of the healthcheck; the image may add one when it is `inherit`. */
  healthcheck: 'inherit' | 'own' | 'none';
  /** How its gate judges it. */
  health: HealthPolicy;
  /** What has to answer once it is well, where the operator says so; an empty list: nothing. */
  endpoints?: ConfiguredEndpoint[];
  /** Compose's own hash of the frozen service: what its containers will carry as a label. */
  configHash: string;
  /** The label that `up --no-deps` gives them, where that is another one: Compose before 2.29.3 hashes `depends_on` too. */
  configHashAlone?: string;
  /**
   * A keyed hash for each thing whose content Compose does not look at: bound single files, file secrets and configs,
   * secrets from the environment. The key says which: `bind:/etc/nginx/nginx.conf`, `secret:db`, `config:app`.
   */
  contentHashes: Record<string, string>;
  /** Extra groups the operator sorted it into. */
  group?: string;
}

export interface Dependency {
  service: string;
  condition: 'started' | 'healthy' | 'completed';
  /** Compose's `required: false`: absence is no error. */
  required: boolean;
  /** Compose's `restart: true`: this service is restarted when the dependency is replaced. */
  restart: boolean;
}

export interface PublishedPort {
  hostIp: string;
  hostPort: number;
  containerPort: number;
  protocol: 'tcp' | 'udp';
}

export interface NetworkSpec {
  /** The name the engine knows it by. */
  name: string;
  external: boolean;
  driver?: string;
  internal: boolean;
  attachable: boolean;
  enableIpv6: boolean;
  driverOptions: Record<string, string>;
  subnets: { subnet?: string; gateway?: string; ipRange?: string }[];
}

export interface VolumeSpec {
  name: string;
  external: boolean;
  driver?: string;
  driverOptions: Record<string, string>;
}

/** An endpoint as `x-evenkeel.endpoints` of a service has it. `port` is the one within the container. */
export type ConfiguredEndpoint =
  | { kind: 'http'; scheme: 'http' | 'https'; port: number; path: string; status: number; timeoutMs: number }
  | { kind: 'tcp'; port: number; timeoutMs: number };

/** `x-evenkeel` at the top level, with defaults filled in. */
export interface StackPolicy {
  groups: Record<string, string[]>;
  start: { strategy: 'waves' | 'all-at-once'; staggerMs: number };
  health: HealthPolicy;
  /** How long a release has to stay well before it counts as verified. Default 5 minutes; 0: nobody watches. */
  probationMs: number;
  limits: { buildMemoryBytes: number; buildDiskBytes: number; parallelBuilds: number | 'auto' };
  scan: ScanPolicy;
  rehearse: RehearsalPolicy;
  backup: BackupPolicy;
  releases: ReleasesPolicy;
  /** Absent where nobody has to approve anything. */
  approval?: ApprovalPolicy;
  /** What is done again and again; absent where the file says nothing of it. */
  schedule?: SchedulePolicy;
}

/** How data is backed up. */
export interface BackupPolicy {
  /** Where backups are kept, relative to the project's directory; default: the state folder. */
  directory?: string;
  /** A store that is larger is not backed up: it rejects. Default 5 GiB. */
  maxSizeBytes: number;
  /** How old a proof may be that stands for a new one. Default 0: there is always a new one. */
  maxAgeMs: number;
  /** How many backups of a stack are kept. Default 7. */
  keep: number;
}

/** What the operator says of the data of one service; what is not said is found out. */
export interface ServiceBackupPolicy {
  type?: 'postgres' | 'redis' | 'volume' | 'none' | undefined;
  /** The only database that is backed up. */
  database?: string | undefined;
  /** By whom. */
  user?: string | undefined;
  /** What is done with the containers that use its volumes meanwhile. */
  consistency?: 'none' | 'pause' | 'stop' | undefined;
}

/** Whether, and with which commands besides, a release is rehearsed on a twin of the stack. */
export interface RehearsalPolicy {
  /** `auto`: where it can be; `required`: or it is not deployed; `off`: never. */
  mode: 'auto' | 'required' | 'off';
  /** By service: shell commands that have to end with 0 in it, such as imports, syntax checks, migrations. */
  commands: Record<string, string[]>;
}

/** What the log scan looks for. */
export interface ScanPolicy {
  /** Families of rules (`ssl`) and single rules (`ssl/certificate-expired`). Default: all. */
  rules: string[];
  /** Lines that do not count: those that hold a text, or match a `/regular expression/`. */
  ignore: string[];
  /** How many lines of a trace a finding keeps. Default 100. */
  excerptLines: number;
}

export interface HealthPolicy {
  /** How long a service may take to pass its gate. Default 5 minutes. */
  timeoutMs: number;
  /** How long it must stay well before the verdict counts. Default 5 seconds. */
  stableForMs: number;
  /** Whether gates run the healthcheck's own command at a fast pace (`active`), or wait for Docker's (`docker`). */
  probe: 'active' | 'docker';
  /** What an inconclusive verdict leads to at run time. */
  onInconclusive: 'rollback' | 'accept';
}

/** Where a run keeps its frozen configuration; paths are relative to the stack's folder in the state folder. */
export interface FrozenRef {
  folder: string;
  /** sha256 over the rendered file and the content hashes; two freezes of the same thing have the same one. */
  hash: string;
}
