import type { CompiledDocument } from './document.js';

export function verifyModel(_document: CompiledDocument): void {}
