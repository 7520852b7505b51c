export type { LoadContext, Model, Processor, ProcessorRequest, ProcessorResponse } from './port.js';
