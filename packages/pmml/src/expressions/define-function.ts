import type { Scope } from '../fields/scope.js';
import type { XmlElement } from '../xml/element.js';

export function declareFunctions(_dictionary: XmlElement, _scope: Scope): void {}
