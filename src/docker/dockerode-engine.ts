import { belongings } from './dockerode-belongings.js';
import { mutations } from './dockerode-change.js';
import { connect } from './dockerode-connection.js';
import { disposal } from './dockerode-disposal.js';
import { execs } from './dockerode-exec.js';
import { files } from './dockerode-files.js';
import { imageLooks } from './dockerode-images.js';
import { logs } from './dockerode-logs.js';
import { looks } from './dockerode-observe.js';
import { recreates } from './dockerode-recreate.js';
import { usageLooks } from './dockerode-usage.js';
import type { Engine } from './engine.js';

/**
 * The Docker Engine that the environment names (`DOCKER_HOST`, else the socket at its usual place). Nothing is asked of
 * it yet: an engine that is away shows with the first call.
 */
export function dockerodeEngine(env: NodeJS.ProcessEnv): Engine {
  const connection = connect(env);
  const look = looks(connection);
  return {
    ...look,
    ...mutations(connection),
    ...files(connection),
    ...recreates(connection, look),
    ...execs(connection),
    ...logs(connection, look),
    ...belongings(connection),
    ...disposal(connection),
    ...imageLooks(connection),
    ...usageLooks(connection),
  };
}
