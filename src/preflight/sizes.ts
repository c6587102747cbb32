/** Bytes for people: `512 MB`, `4.2 GB`; powers of 1024, as Compose counts. */
export function sizeText(bytes: number): string {
  const megabytes = bytes / 1024 ** 2;
  if (megabytes < 1024) return `${Math.floor(megabytes)} MB`;
  return `${(Math.floor((megabytes / 1024) * 10) / 10).toString()} GB`;
}
