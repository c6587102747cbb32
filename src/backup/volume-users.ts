/** A container that mounts a volume. */
export interface VolumeUser {
  id: string;
  name: string;
  project: string;
  service: string;
  /** Of `docker compose run`: it is no container of its service. */
  isOneOff: boolean;
  /** As Docker says it: `running`, `exited`, … */
  state: string;
}

/** Reads what `WHO_USES` says. */
export function usersSaid(said: string): VolumeUser[] {
  return said
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [id, project, service, oneOff, state, name] = line.split('|') as [string, ...string[]];
      return { id, name: name!, project: project!, service: service!, isOneOff: oneOff === 'True', state: state! };
    });
}

/** It runs, or will do so by itself: it may write at any time. */
export function isUp({ state }: VolumeUser): boolean {
  return ['running', 'restarting', 'paused'].includes(state);
}

/** Whether it is none of the containers of these services of a project, which are stopped and started again. */
export function isStranger(user: VolumeUser, project: string, services: string[]): boolean {
  return user.project !== project || user.isOneOff || !services.includes(user.service);
}
