import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eascmdConfigPath, parseEascmdConfig, renderEascmdConfig } from './config-file.js';

describe('the configuration file', () => {
  it('reads back what it writes', () => {
    const word = fc.stringMatching(/^[A-Za-z0-9+/=.:-]{1,40}$/);
    fc.assert(
      fc.property(word, word, word, (accessKeyId, accessKeySecret, endpoint) => {
        const config = { accessKeyId, accessKeySecret, endpoint };
        expect(parseEascmdConfig(renderEascmdConfig(config))).toEqual(config);
      }),
    );
  });

  it('understands what people write', () => {
    const text =
      '\ufeff# mine\r\n[default]\r\nAccessKeyId = "a"\r\naccess_key : b\r\n ENDPOINT=c:1 \r\nregion-id=r\r\nother=x\r\n';
    expect(parseEascmdConfig(text)).toEqual({
      accessKeyId: 'a',
      accessKeySecret: 'b',
      endpoint: 'c:1',
      region: 'r',
    });
  });

  it('lies where the manual says', () => {
    expect(eascmdConfigPath('/Users/test')).toBe('/Users/test/.eas/config');
  });
});
