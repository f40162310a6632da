import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from './stacks.ts';
import { temporaryFolder } from './temporary.ts';

/** `cdk synth` as a person types it. */
function synth(...options: readonly string[]) {
  const output = temporaryFolder();
  const { status, stderr } = spawnSync(join(root, 'node_modules/.bin/cdk'), ['synth', '--quiet', '--output', output, ...options], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}`, NO_COLOR: '1' },
  });
  return { status, stderr, output };
}

describe('cdk synth', { timeout: 60_000 }, () => {
  it('of a fresh clone gives the two stacks of dev, bundled', () => {
    const { status, stderr, output } = synth();
    expect(status, stderr).toBe(0);
    for (const stack of ['Foundation', 'Jobs']) expect(existsSync(join(output, `Nightporter-dev-${stack}.template.json`))).toBe(true);
    expect(existsSync(join(root, '.build/dev/functions/storage-report/index.mjs'))).toBe(true);
  });

  it('of a mistake prints one sentence, no stack trace, and fails', () => {
    const { status, stderr } = synth('--context', 'stage=nowhere');
    expect(status).not.toBe(0);
    expect(stderr).toContain('SETTINGS_INVALID: Choose a stage that cdk.json has: "nowhere" is none of dev, production, sandbox, ');
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});
