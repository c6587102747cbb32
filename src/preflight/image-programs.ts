import type { Finding } from '../spec/finding.js';
import { list, mapping } from '../spec/from-rendered.js';
import type { ImageFacts } from '../spec/image-facts.js';

type Mapping = Record<string, unknown>;

/** A program that a service is going to execute. */
export interface ProgramWanted {
  /** What for: it will not start without it, or its health cannot be told. */
  use: 'start' | 'probe';
  program: string;
  /** Where it may be, absolute; one of them has to be there. */
  paths: string[];
}

const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * The programs by which a service starts and is probed, as its file and its image say. Where a mount is in the way it cannot
 * be told from the image what will be there, and the program is not named.
 */
export function programsWanted(service: Mapping, image: ImageFacts): ProgramWanted[] {
  const place = { path: pathOf(service, image), workingDir: workingDirOf(service, image), mounts: targetsOf(service) };
  const wanted = [
    { use: 'start' as const, program: startProgram(service, image) },
    { use: 'probe' as const, program: probeProgram(service, image) },
  ];
  return wanted.flatMap(({ use, program }): ProgramWanted[] => {
    if (program === undefined || program === '') return [];
    const paths = candidates(program, place);
    return paths.some((one) => isMounted(one, place.mounts)) ? [] : [{ use, program, paths }];
  });
}

/** An entrypoint of the file's own discards the image's command. */
function startProgram(service: Mapping, image: ImageFacts): string | undefined {
  const own = words(service['entrypoint']);
  const command = words(service['command']);
  const entrypoint = own ?? image.entrypoint;
  return [...entrypoint, ...(command ?? (own ? [] : image.command))][0];
}

function probeProgram(service: Mapping, image: ImageFacts): string | undefined {
  const { test, disable } = mapping(service['healthcheck']);
  if (disable === true) return undefined;
  const own = list(test).map(String);
  const [form, first] = own.length > 0 ? own : image.healthcheck;
  if (form === 'CMD') return first?.replaceAll('$$', '$');
  return form === 'CMD-SHELL' ? firstWord(first ?? '') : undefined;
}

/** The program of a shell command that is as simple as most probes are; undefined for a builtin and for all else. */
function firstWord(script: string): string | undefined {
  const [, word] = /^\s*([A-Za-z0-9_./-]+)(?=\s|$)/.exec(script) ?? [];
  return word === undefined || BUILTINS.has(word) ? undefined : word;
}

const BUILTINS = new Set(
  '. : [ alias bg break cd command continue echo eval exec exit export false fg for function if kill local printf pwd read return set shift test then time trap true type ulimit umask unset until wait while'.split(
    ' ',
  ),
);

function words(value: unknown): string[] | undefined {
  if (value === undefined || value === null) return undefined;
  return (Array.isArray(value) ? value : [value]).map((word) => String(word).replaceAll('$$', '$'));
}

function pathOf(service: Mapping, image: ImageFacts): string {
  const own = mapping(service['environment'])['PATH'];
  if (typeof own === 'string') return own.replaceAll('$$', '$');
  return image.environment.find((line) => line.startsWith('PATH='))?.slice('PATH='.length) ?? DEFAULT_PATH;
}

function workingDirOf(service: Mapping, image: ImageFacts): string {
  const own = service['working_dir'];
  return typeof own === 'string' ? own : image.workingDir;
}

function targetsOf(service: Mapping): string[] {
  const mounts = list(service['volumes']).map((mount) => String(mapping(mount)['target']));
  const others = [...list(service['configs']), ...list(service['secrets'])].map(mapping);
  const tmpfs = list(service['tmpfs']).map((line) => String(line).split(':')[0]!);
  return [...mounts, ...tmpfs, ...others.flatMap(({ target }) => (typeof target === 'string' ? [target] : []))];
}

function candidates(program: string, place: { path: string; workingDir: string }): string[] {
  if (program.startsWith('/')) return [program];
  if (program.includes('/')) return [`${place.workingDir.replace(/\/+$/, '')}/${program.replace(/^\.\//, '')}`];
  const folders = place.path.split(':').filter((folder) => folder.startsWith('/'));
  return folders.map((folder) => `${folder.replace(/\/+$/, '')}/${program}`);
}

function isMounted(file: string, mounts: string[]): boolean {
  return mounts.some(
    (target) => target === '/' || file === target || file.startsWith(`${target.replace(/\/+$/, '')}/`),
  );
}

/** Programs that are not in the image. Without its probe a service runs; whether it is well cannot be told. */
export function missingPrograms(service: string, image: string, missing: ProgramWanted[]): Finding[] {
  return missing.map(({ use, program }) => ({
    rule: use === 'start' ? 'command-missing' : 'probe-missing',
    severity: use === 'start' ? 'error' : 'warning',
    message:
      use === 'start'
        ? `the image ${image} has no ${program}, which it is started with`
        : `the image ${image} has no ${program}, which its healthcheck runs`,
    remedy:
      use === 'start'
        ? 'install it in the image, or correct entrypoint and command'
        : 'install it in the image, or write the healthcheck with a program that is there',
    service,
  }));
}

/** What Docker calls an architecture, by what the machine calls it. */
const ARCHITECTURES: Record<string, string> = {
  ...{ x86_64: 'amd64', aarch64: 'arm64', armv7l: 'arm', armv6l: 'arm', i686: '386', i386: '386' },
  ...{ riscv64: 'riscv64', ppc64le: 'ppc64le', s390x: 's390x', loongarch64: 'loong64' },
};
/** What these machines execute besides. */
const ALSO: Record<string, string[]> = { amd64: ['386'], arm64: ['arm'] };

/** An image for another kind of machine; where an emulator may be at work it is only warned about. */
export function wrongArchitecture(
  service: string,
  ref: string,
  image: Pick<ImageFacts, 'architecture' | 'os'>,
  engine: { architecture: string; emulates: string[] },
): Finding[] {
  const own = ARCHITECTURES[engine.architecture] ?? engine.architecture;
  const isRight = image.architecture === own || (ALSO[own] ?? []).includes(image.architecture);
  if (image.os === 'linux' && isRight) return [];
  return [
    {
      rule: 'wrong-architecture',
      severity: image.os === 'linux' && engine.emulates.includes(image.architecture) ? 'warning' : 'error',
      message: `the image ${ref} is for ${image.os}/${image.architecture}, and this engine runs linux/${own}`,
      remedy: `build or pull it for linux/${own}`,
      service,
    },
  ];
}
