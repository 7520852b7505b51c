import { ModelError } from '../errors.js';
import { compileExpression } from '../expressions/compile.js';
import { declareFunctions } from '../expressions/define-function.js';
import { compileDataDictionary } from '../fields/data-dictionary.js';
import { Dependencies } from '../fields/dependencies.js';
import { Layout } from '../fields/frame.js';
import { Scope } from '../fields/scope.js';
import { checkUnused } from '../fields/transformations.js';
import type { ScoredModel } from '../models/contract.js';
import type { DocumentContext, OpenModel } from '../models/model-compiler.js';
import { compileModel, openModel } from '../models/model-compiler.js';
import { MODEL_ELEMENTS } from '../models/model-elements.js';
import { dataScope } from '../models/model-scope.js';
import type { XmlElement } from '../xml/element.js';

const VERSIONS = /^(3\.[0-2]|4\.[0-4])(\.\d+)?$/;

/** A document once its models are compiled. */
export interface CompiledDocument {
  readonly version: string;
  readonly layout: Layout;
  readonly open: OpenModel;
  readonly scored: ScoredModel;
  readonly root: XmlElement;
}

/** The version, or the one its namespace names where the attribute is missing. */
function versionOf(root: XmlElement): string | undefined {
  const named = /PMML-(\d+)_(\d+)/.exec(root.attr('xmlns') ?? '');
  return root.attr('version') ?? (named === null ? undefined : `${named[1]}.${named[2]}`);
}

/** Whether a document says that it is of a version whose words are known. */
export function isKnownVersion(root: XmlElement): boolean {
  return VERSIONS.test(versionOf(root) ?? '');
}

/** Reads what comes before the models: dictionary, transformations, functions. */
export function openDocument(root: XmlElement, fill: boolean): DocumentContext {
  const version = versionOf(root) ?? root.need('version');
  if (!VERSIONS.test(version)) root.refuse(`version ${JSON.stringify(version)} is not one of 3.0 to 4.4`);
  const fields = compileDataDictionary(root.needChild('DataDictionary'));
  const scope = new Scope(new Layout());
  dataScope(scope, fields);
  const dictionary = root.child('TransformationDictionary');
  if (dictionary !== undefined) declareFunctions(dictionary, scope);
  const dependencies = dictionary === undefined ? undefined : new Dependencies(dictionary);
  return { fields, root: scope, dictionary, dependencies, fill };
}

/** Compiles a complete document; `doc` where streaming has opened it already. */
export function compileDocument(root: XmlElement, fill: boolean, doc?: DocumentContext): CompiledDocument {
  if (root.name !== 'PMML') root.refuse('the root element is not PMML');
  const context = doc ?? openDocument(root, fill);
  const element = modelOf(root);
  const scored = compileModel(context, element, undefined);
  const open = openModel(context, element, undefined);
  if (context.dictionary !== undefined) {
    // The dictionary's fields are those of the scope around the model's own ones.
    checkUnused(context.dictionary, open.context.scope.parent ?? context.root, compileExpression);
  }
  return { version: versionOf(root) ?? '', layout: context.root.layout, open, scored, root };
}

/** The first model that is for scoring. */
function modelOf(root: XmlElement): XmlElement {
  const models = root.children.filter((c) => MODEL_ELEMENTS.has(c.name));
  const model = models.find((m) => m.attr('isScorable') !== 'false') ?? models[0];
  if (model !== undefined) return model;
  const other = root.children.find((c) => c.name.endsWith('Model'));
  if (other !== undefined) return other.refuse('this kind of model is not known');
  throw new ModelError('PMML', root.line, 'it holds no model');
}
