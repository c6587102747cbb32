/** The one entry of the bundle: every workflow type by its public name. */
export { archive } from './archive.js';
export { backup } from './backup.js';
export { check } from './check.js';
export { deploy } from './deploy.js';
export { healthCheck } from './health-check.js';
export { hold } from './hold.js';
export { lease } from './lease.js';
export { presence } from './presence.js';
export { probation } from './probation.js';
export { restore } from './restore.js';
export { rollback } from './rollback.js';
