import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '@openeas/kernel';
import { describe, expect, it } from 'vitest';
import { Desk } from './testing/run.js';

describe('completion', () => {
  it.each(['bash', 'zsh', 'fish'])('prints a script for %s that knows every command', async (shell) => {
    const desk = await Desk.open();
    const { code, stdout } = await desk.run(['completion', shell]);
    expect(code).toBe(0);
    for (const word of ['create', 'showworkers', 'w', 'version', '__services'])
      expect(stdout).toContain(word);
  });

  it('completes commands, options, files and service names in a real bash', async () => {
    const desk = await Desk.open();
    const script = desk.file('completion.bash', (await desk.run(['completion', 'bash'])).stdout);
    // Stands in for the installed command: what it prints comes from the same code, below.
    const fake = desk.file('bin/eascmd', '#!/bin/sh\n[ "$1" = __services ] && printf "demo\\nother\\n"\n');
    chmodSync(fake, 0o755);
    desk.file('service.json', '{}');
    const complete = (...words: string[]): string[] => {
      const list = words.map((word) => `'${word}'`).join(' ');
      const command = `source '${script}'; COMP_WORDS=(eascmd ${list}); COMP_CWORD=${words.length}; _eascmd; printf '%s\\n' "\${COMPREPLY[@]}"`;
      const env = { PATH: `${join(desk.home, 'bin')}:${process.env.PATH}` };
      return execFileSync('bash', ['--norc', '-c', command], { cwd: desk.home, env, encoding: 'utf8' })
        .trim()
        .split('\n');
    };
    expect(complete('sho')).toEqual(['showworkers']);
    expect(complete('desc', '')).toEqual(['demo', 'other']);
    expect(complete('-o', 'json', 'desc', 'd')).toEqual(['demo']);
    expect(complete('modify', 'demo', '--ser')).toEqual(['--service-desc']);
    expect(complete('create', 'serv')).toEqual(['service.json']);
    expect(complete('ls', '-o', 'j')).toEqual(['json']);
    expect(complete('completion', 'z')).toEqual(['zsh']);
  });

  it('is accepted by the shells that are here', async (context) => {
    const desk = await Desk.open();
    let checked = 0;
    for (const shell of ['bash', 'zsh', 'fish']) {
      const script = desk.file(`completion.${shell}`, (await desk.run(['completion', shell])).stdout);
      const result = spawnSync(shell, ['-n', script], { encoding: 'utf8' });
      if (result.error !== undefined) continue;
      expect({ shell, status: result.status, stderr: result.stderr }).toEqual({
        shell,
        status: 0,
        stderr: '',
      });
      checked++;
    }
    if (checked === 0) context.skip('none of bash, zsh and fish is installed');
  });

  it('lists the names of services, and nothing when there is no server', async () => {
    const desk = await Desk.open();
    desk.control.add('demo');
    desk.control.add('other');
    // However slow this machine is, the patience with the server does not end here.
    const clock = { clock: { ...systemClock, after: () => () => undefined } };
    expect(await desk.run(['__services'], '', clock)).toEqual({
      code: 0,
      stdout: 'demo\nother\n',
      stderr: '',
    });
    desk.control.close();
    expect(await desk.run(['__services'])).toEqual({ code: 0, stdout: '', stderr: '' });
  });
});
