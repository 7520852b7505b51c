export { EXIT, type RunInstanceOptions, runInstance } from './run-instance.js';
