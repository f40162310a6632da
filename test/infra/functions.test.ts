import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rate, scheduledJob, serviceAccount } from 'nightporter';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundleFunctions, entryOf } from '../../infra/bundle/functions.ts';
import { managers } from '../../infra/bundle/managers.ts';
import { type DiscoveredJob, discover } from '../../infra/discover.ts';
import { root } from './stacks.ts';
import { temporaryFolder } from './temporary.ts';

let jobs: readonly DiscoveredJob[];
let folder: string;
beforeAll(async () => {
  jobs = await discover(root);
  folder = await build();
});

async function build(): Promise<string> {
  const outDir = join(temporaryFolder(), 'functions');
  await bundleFunctions({ root, outDir, jobs });
  return outDir;
}

const bundleOf = (name: string, from = folder) => readFileSync(join(from, name, 'index.mjs'), 'utf8');

function job(declaration: unknown): DiscoveredJob {
  return {
    name: 'some-job',
    file: '/repository/functions/scheduled/some-job.ts',
    declaration: declaration as DiscoveredJob['declaration'],
  };
}

const base = { impact: 'None.', schedule: rate(1, 'hour'), runAs: serviceAccount(), run: async () => undefined };

describe('a function', () => {
  it('is one small file per job, the same for the same sources', async () => {
    expect(readdirSync(folder).toSorted()).toEqual(jobs.map(({ name }) => name).toSorted());
    const again = await build();
    for (const { name, declaration } of jobs) {
      expect(readdirSync(join(folder, name))).toEqual(declaration.shape === 'plain' ? ['index.mjs'] : ['index.mjs', 'shard.mjs']);
      expect(bundleOf(name, again)).toBe(bundleOf(name));
      console.info(`${name}: ${(bundleOf(name).length / 1024).toFixed(1)} KiB`);
      expect(bundleOf(name).length).toBeLessThan(32 * 1024);
    }
  });

  it('takes everything of Nightporter from the layer, and knows nothing of the machine that built it', () => {
    for (const { name, declaration } of jobs) {
      const imports = Array.from(bundleOf(name).matchAll(/from\s*"([^"]+)"/g), ([, specifier]) => specifier);
      const wayIn = declaration.shape === 'plain' ? 'scheduled' : 'coordinator';
      expect(imports).toContain(`nightporter/entry/${name === 'webhooks' ? 'reconcile' : wayIn}`);
      for (const specifier of imports) expect(specifier).toMatch(/^nightporter(\/|$)/);
      expect(bundleOf(name)).not.toContain(root);
      expect(bundleOf(name)).not.toContain('@aws-sdk');
    }
  });

  it('loads the managers and capabilities that its job declares and no other', () => {
    const entry = entryOf(
      job(scheduledJob({ ...base, box: ['users', 'sharedLinksFolders'], uses: ['reports:write', 'grant:fresh'] })),
      managers(),
    );
    expect(entry).toBe(
      [
        `import job from "/repository/functions/scheduled/some-job.ts";`,
        `import { scheduled } from 'nightporter/entry/scheduled';`,
        `import { UsersManager } from 'nightporter/box/users';`,
        `import { SharedLinksFoldersManager } from 'nightporter/box/sharedLinksFolders';`,
        `import { capability as capability0 } from 'nightporter/capability/reports-write';`,
        `import { capability as capability1 } from 'nightporter/capability/grant-fresh';`,
        `export const handler = await scheduled(job, {`,
        `  managers: { users: UsersManager, sharedLinksFolders: SharedLinksFoldersManager },`,
        `  capabilities: [capability0, capability1],`,
        `});`,
      ].join('\n'),
    );
  });

  it('of a job with a manager that the SDK lacks is not built', () => {
    const wrong = job(scheduledJob({ ...base, box: ['usres' as 'users'] }));
    expect(() => entryOf(wrong, managers())).toThrow('Correct some-job: box-node-sdk has no manager "usres".');
  });
});
