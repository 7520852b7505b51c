import { describe, expect, it } from 'vitest';
import { isLoopbackEndpoint, parseEndpoint, regionOfEndpoint } from './endpoint.js';

describe('parseEndpoint', () => {
  it.each([
    ['127.0.0.1:7300', 'http', '127.0.0.1', 7300, '127.0.0.1:7300'],
    ['http://127.0.0.1:7300/', 'http', '127.0.0.1', 7300, '127.0.0.1:7300'],
    ['https://eas.example.com', 'https', 'eas.example.com', 443, 'eas.example.com'],
    ['http://eas.example.com:80', 'http', 'eas.example.com', 80, 'eas.example.com'],
    ['https://eas.example.com:80', 'https', 'eas.example.com', 80, 'eas.example.com:80'],
    ['[::1]:7300', 'http', '::1', 7300, '[::1]:7300'],
    ['http://[::1]', 'http', '::1', 80, '[::1]'],
    [
      'pai-eas.cn-beijing.aliyuncs.com',
      'https',
      'pai-eas.cn-beijing.aliyuncs.com',
      443,
      'pai-eas.cn-beijing.aliyuncs.com',
    ],
    ['7300', 'http', '127.0.0.1', 7300, '127.0.0.1:7300'],
    [' localhost:7300 ', 'http', 'localhost', 7300, 'localhost:7300'],
  ])('reads %s', (text, protocol, hostname, port, host) => {
    expect(parseEndpoint(text)).toEqual({ protocol, hostname, port, host });
  });

  it('takes the given protocol when the text names none', () => {
    expect(parseEndpoint('eas.example.com:7300', 'https').protocol).toBe('https');
    expect(parseEndpoint('http://eas.example.com', 'https').protocol).toBe('http');
  });

  it.each(['', 'ftp://x', 'http://x/path', 'http://u:p@x', 'x:99999', 'x:0', 'a b', 'http://x?y=1', '://'])(
    'refuses %j and says what it expects',
    (text) => {
      expect(() => parseEndpoint(text)).toThrow(/endpoint: .* is not valid; expected HOST:PORT/);
    },
  );
});

it('finds the region in the endpoints of Alibaba Cloud only', () => {
  const region = (text: string) => regionOfEndpoint(parseEndpoint(text));
  expect(region('pai-eas.cn-beijing.aliyuncs.com')).toBe('cn-beijing');
  expect(region('pai-eas-share.cn-shanghai.aliyuncs.com')).toBe('cn-shanghai');
  expect(region('pai-eas.cn-beijing.example.com')).toBeUndefined();
  expect(region('127.0.0.1:7300')).toBeUndefined();
});

it('knows this machine', () => {
  expect(
    ['localhost:1', '127.9.9.9:1', '[::1]:1', '10.0.0.1:1'].map((text) =>
      isLoopbackEndpoint(parseEndpoint(text)),
    ),
  ).toEqual([true, true, true, false]);
});
