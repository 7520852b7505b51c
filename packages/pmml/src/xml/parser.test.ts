import { describe, expect, test } from 'vitest';
import { ModelError } from '../errors.js';
import { resolveLimits } from '../limits.js';
import { XmlParser } from './parser.js';
import { TreeBuilder } from './tree-builder.js';

function parse(text: string, chunk = text.length || 1, limits = {}) {
  const builder = new TreeBuilder();
  const parser = new XmlParser(builder, resolveLimits(limits));
  for (let at = 0; at < text.length; at += chunk) parser.write(text.slice(at, at + chunk));
  parser.end();
  return builder.root;
}

describe('reading XML', () => {
  const text = `<?xml version="1.0"?><!DOCTYPE a><!-- c --><a x='1 &lt; 2' y="&#65;&#x42;">\n  <p:b/>t&amp;<![CDATA[<u>]]>\n\n<c>  </c></a>\n`;

  test('gives the same tree wherever the text is cut', () => {
    for (let chunk = 1; chunk <= text.length; chunk++) {
      const root = parse(text, chunk);
      expect(root?.attr('x')).toBe('1 < 2');
      expect(root?.attr('y')).toBe('AB');
      expect(root?.text.trim()).toBe('t&<u>');
      expect(root?.children.map((c) => [c.name, c.qname, c.line, c.text])).toEqual([
        ['b', 'p:b', 2, ''],
        ['c', 'c', 4, '  '],
      ]);
    }
  });

  test.each([
    ['entities are declared', '<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>'],
    ['an entity is unknown', '<a>&e;</a>'],
    ['tags do not match', '<a><b></a></b>'],
    ['it ends early', '<a><b>'],
    ['there are two roots', '<a/><b/>'],
    ['text is outside', '<a/>x'],
    ['an attribute is given twice', '<a x="1" x="2"/>'],
    ['an attribute is not quoted', '<a x=1/>'],
    ['a name is none', '<1/>'],
    ['a character is forbidden', '<a>\u0001</a>'],
    ['there is nothing', ' '],
  ])('is refused where %s', (_, source) => {
    for (const chunk of [1, 1000]) expect(() => parse(source, chunk)).toThrow(ModelError);
  });

  test('is refused beyond the limits', () => {
    expect(() => parse('<a>'.repeat(40), 7, { maxDepth: 30 })).toThrow(/nested deeper/);
    expect(() => parse(`<a>${'<b/>'.repeat(40)}</a>`, 7, { maxElements: 30 })).toThrow(/more elements/);
    expect(() => parse(`<a x="${'y'.repeat(400)}"/>`, 7, { maxTokenLength: 100 })).toThrow(/longer/);
  });
});
