import type { BindSource } from './bind-sources.js';

/** The part of a rendered Compose file that says what is mounted; nothing else of it is looked at. */
interface Rendered {
  services?: Record<string, { volumes?: unknown[] } | undefined>;
}

interface Mount {
  type?: string;
  source?: string;
  target?: string;
  bind?: { create_host_path?: boolean };
}

/** The paths of the host that these services mount. Compose renders every mount in its long form. */
export function renderedBinds(rendered: unknown, services: string[]): Omit<BindSource, 'exists'>[] {
  return services.flatMap((service) =>
    ((rendered as Rendered | null)?.services?.[service]?.volumes ?? []).flatMap((volume) => {
      const { type, source, target, bind } = volume as Mount;
      if (type !== 'bind' || source === undefined || target === undefined) return [];
      return [{ service, source, target, createsDirectory: bind?.create_host_path === true }];
    }),
  );
}
