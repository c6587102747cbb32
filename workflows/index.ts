/** The one entry of the bundle: every workflow type by its public name. */
export { deploy } from './deploy.js';
export { lease } from './lease.js';
