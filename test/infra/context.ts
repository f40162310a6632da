import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

type StageName = 'dev' | 'production' | 'sandbox' | 'sandbox-rounds' | 'sandbox-webhooks';

/** What this clone deploys: a company's own, so nothing is expected of it but that it synthesises and breaks no rule. */
export const deployed: { readonly app: string; readonly context: { readonly stages: Readonly<Record<string, object>> } } = JSON.parse(
  readFileSync(join(root, 'cdk.json'), 'utf8'),
);

/** Feature flags, as deployments have them, and stages of the tests' own: those of a fresh clone. */
export const context: { readonly stages: Readonly<Record<StageName, object>> } = {
  ...deployed.context,
  stages: JSON.parse(readFileSync(join(import.meta.dirname, 'stages.json'), 'utf8')),
};

/** Writes the cdk.json of a fresh clone. @param app whose `infra/` makes the stacks. @returns the folder, in which the CDK's command can be typed */
export function freshClone(folder: string, app = root): string {
  mkdirSync(folder, { recursive: true });
  const file = { ...deployed, app: `node '${join(app, 'infra/app.ts')}'`, context };
  writeFileSync(join(folder, 'cdk.json'), `${JSON.stringify(file, null, 2)}\n`);
  return folder;
}
