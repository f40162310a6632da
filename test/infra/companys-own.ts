import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './context.ts';

/** What a clone for everybody can't say: somebody's account, network, people and repository. */
const identifying = [
  'account',
  'region',
  'vpc',
  'github',
  'notify',
  'operatorRoleArn',
  'breakGlassRoleArn',
  'permissionsBoundaryArn',
  'monthlyBudgetUSD',
  'tags',
] as const;
/** The sandbox's account, and names that belong to nobody: RFC 2606. */
const isNobodys = (value: unknown) => /^arn:aws:iam::000000000000:|\.example$/.test(String(value));

const ourStages = /^(dev|production|sandbox(-.+)?)$/;
const ours = new Set([...readFileSync(join(root, 'README.md'), 'utf8').matchAll(/^\| `([\w-]+)` \|/gm)].map(([, name]) => name));

type Settings = Readonly<Partial<Record<'jobs' | 'webhooks' | (typeof identifying)[number], unknown>>>;

/**
 * What nobody but a company has written into these stages: its own stages, what identifies it, and jobs and webhooks that we don't ship.
 * @returns paths such as `dev.operatorRoleArn`; none in what everybody clones, whatever it turns on
 */
export function companysOwn(stages: Readonly<Record<string, Settings>>): readonly string[] {
  return Object.entries(stages).flatMap(([name, stage]) => {
    if (!ourStages.test(name)) return [name];
    const identity = identifying.filter((key) => stage[key] !== undefined && !isNobodys(stage[key]));
    const own = (['jobs', 'webhooks'] as const).flatMap((kind) =>
      Object.keys(stage[kind] ?? {}).flatMap((id) => (ours.has(id) ? [] : [`${kind}.${id}`])),
    );
    return [...identity, ...own].map((key) => `${name}.${key}`);
  });
}
