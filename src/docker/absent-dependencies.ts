import { isMap, parseDocument } from 'yaml';

/**
 * A rendered file without the dependencies that it does not hold: optional ones on services of inactive profiles. Compose
 * renders them, but refuses its own rendering because of them, and leaves them out of what it labels containers with.
 * A file without such a dependency stays as it is, to the byte.
 */
export function withoutAbsentDependencies(yaml: string): string {
  const document = parseDocument(yaml);
  const services = document.get('services');
  if (!isMap(services)) return yaml;
  let found = false;
  for (const { value: service } of services.items) {
    const dependencies = isMap(service) ? service.get('depends_on') : undefined;
    if (!isMap(service) || !isMap(dependencies)) continue;
    const absent = dependencies.items.map(({ key }) => String(key)).filter((name) => !services.has(name));
    for (const name of absent) dependencies.delete(name);
    if (absent.length > 0 && dependencies.items.length === 0) service.delete('depends_on');
    found ||= absent.length > 0;
  }
  return found ? document.toString({ lineWidth: 0 }) : yaml;
}
