import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { freshClone, root } from './context.ts';
import { temporaryFolder } from './temporary.ts';

/** `cdk synth` as a person types it. */
function synth(cwd: string, ...options: readonly string[]) {
  const output = temporaryFolder();
  const { status, stderr } = spawnSync(join(root, 'node_modules/.bin/cdk'), ['synth', '--quiet', '--output', output, ...options], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}`, NO_COLOR: '1' },
  });
  return { status, stderr, output };
}

describe('cdk synth', { timeout: 60_000 }, () => {
  it('of this clone gives the stacks of dev, bundled', () => {
    const { status, stderr, output } = synth(root);
    expect(status, stderr).toBe(0);
    for (const stack of ['Foundation', 'Jobs']) expect(existsSync(join(output, `Nightporter-dev-${stack}.template.json`))).toBe(true);
    expect(existsSync(join(root, '.build/dev/functions/storage-report/index.mjs'))).toBe(true);
  });

  it('of a stage without a region looks at the one that it would go to', () => {
    const env = { ...process.env, CDK_DEFAULT_REGION: 'mx-central-1', CDK_CONTEXT_JSON: JSON.stringify({ stages: { dev: {} } }) };
    const { status, stderr } = spawnSync(process.execPath, ['infra/app.ts'], { cwd: root, encoding: 'utf8', env });
    expect(status).toBe(1);
    expect(stderr).toContain('Correct stages.dev.region in cdk.json: our list of 2026-01 does not know Lambda on arm64 in mx-central-1');
  });

  it('of a mistake prints one sentence, no stack trace, and fails', () => {
    const { status, stderr } = synth(freshClone(temporaryFolder()), '--context', 'stage=nowhere');
    expect(status).not.toBe(0);
    expect(stderr).toContain('SETTINGS_INVALID: Choose a stage that cdk.json has: "nowhere" is none of dev, production, sandbox, ');
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});
