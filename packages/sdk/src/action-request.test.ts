import { API_ACTIONS } from '@openeas/contracts';
import { describe, expect, it } from 'vitest';
import { actionRequest, encodeQuery } from './action-request.js';

describe('actionRequest', () => {
  it('encodes each path parameter by itself', () => {
    const { path } = actionRequest('DescribeService', { path: { ClusterId: 'local', ServiceName: 'a/b c' } });
    expect(path).toBe('/api/v2/services/local/a%2Fb%20c');
  });

  it('writes every kind of query value as the contract says', () => {
    const { query } = actionRequest('UpdateResourceInstanceLabel', {
      path: { ClusterId: 'c', ResourceId: 'r' },
      query: { AllInstances: true, InstanceIds: ['a', 'b'] },
    });
    expect(query).toEqual([
      ['AllInstances', 'true'],
      ['InstanceIds', 'a,b'],
    ]);
    const list = actionRequest('ListServices', {
      query: { Label: { k: 'v' }, PageNumber: 2, Filter: undefined },
    });
    expect(encodeQuery(list.query)).toBe('Label=%7B%22k%22%3A%22v%22%7D&PageNumber=2');
  });

  it('sends raw text as it is and everything else as JSON', () => {
    expect(actionRequest('CreateService', { body: '{ "name": "x" }' }).body).toBe('{ "name": "x" }');
    expect(actionRequest('CreateService', { body: { name: 'x' } }).body).toBe('{"name":"x"}');
    expect(actionRequest('ListServices').body).toBe('');
  });

  it('refuses what the action does not have', () => {
    const path = { ClusterId: 'c', ServiceName: 's' };
    expect(() => actionRequest('DescribeService', { path: { ClusterId: 'c' } })).toThrow(
      /ServiceName is missing/,
    );
    expect(() => actionRequest('DescribeService', { path: { ...path, ServiceName: '..' } })).toThrow(
      /not valid/,
    );
    expect(() => actionRequest('DescribeService', { path, query: { Page: 1 } })).toThrow(/Page is not valid/);
    expect(() => actionRequest('ScaleService', { path, body: { Instances: 1 } })).toThrow(
      /Instances is not valid; expected Instance, InstancesToDelete/,
    );
  });

  it('expands the path of every action in the table', () => {
    for (const [action, spec] of Object.entries(API_ACTIONS)) {
      const names = [...spec.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '');
      const path = Object.fromEntries(names.map((name) => [name, 'v']));
      const request = actionRequest(action as keyof typeof API_ACTIONS, { path });
      expect(request.path).not.toMatch(/[{}]/);
    }
  });
});
