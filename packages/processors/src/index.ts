export type {
  BatchAnswer,
  LoadContext,
  Model,
  Processor,
  ProcessorRequest,
  ProcessorResponse,
} from './port.js';
export { BUILTIN_PROCESSORS, findProcessor, type ProcessorEntry, processorCodes } from './registry.js';
