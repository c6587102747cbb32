import { readdir } from 'node:fs/promises';

/** Docker's name of an architecture, by the name under which an emulator registers. */
const BY_EMULATOR: Record<string, string> = {
  ...{ 'qemu-aarch64': 'arm64', 'qemu-arm': 'arm', 'qemu-x86_64': 'amd64', 'qemu-i386': '386' },
  ...{ 'qemu-riscv64': 'riscv64', 'qemu-ppc64le': 'ppc64le', 'qemu-s390x': 's390x', 'qemu-loongarch64': 'loong64' },
};

/** Architectures whose programs this machine runs by an emulator. */
export async function emulatedArchitectures(): Promise<string[]> {
  const registered = await readdir('/proc/sys/fs/binfmt_misc').catch(() => []);
  return registered.flatMap((name) => BY_EMULATOR[name] ?? []);
}
