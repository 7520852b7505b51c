export {
  type EascmdConfig,
  eascmdConfigPath,
  parseEascmdConfig,
  readEascmdConfig,
  renderEascmdConfig,
  writeEascmdConfig,
} from './config-file.js';
export { type EascmdIo, EXIT } from './io.js';
export { runEascmd } from './run-eascmd.js';
