/** A port on an address of the host. */
export interface HostPort {
  /** Empty: every address, of both families. */
  hostIp: string;
  hostPort: number;
  protocol: 'tcp' | 'udp';
}

/** Whether two sockets cannot be open at the same time. */
export function collide(a: HostPort, b: HostPort): boolean {
  return a.hostPort === b.hostPort && a.protocol === b.protocol && overlap(a.hostIp, b.hostIp);
}

/** `::` takes IPv4 too, as most programs open it. */
function overlap(a: string, b: string): boolean {
  if (a === b || everywhere(a) || everywhere(b)) return true;
  if (a === '0.0.0.0') return !b.includes(':');
  if (b === '0.0.0.0') return !a.includes(':');
  return false;
}

function everywhere(address: string): boolean {
  return address === '' || address === '::';
}

/** `127.0.0.1:8080`, `[::1]:8080/udp`, `8080`. */
export function portText({ hostIp, hostPort, protocol }: HostPort): string {
  const address = hostIp === '' ? '' : hostIp.includes(':') ? `[${hostIp}]:` : `${hostIp}:`;
  return `${address}${hostPort}${protocol === 'udp' ? '/udp' : ''}`;
}
