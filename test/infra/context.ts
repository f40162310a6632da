import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

type StageName = 'dev' | 'production' | 'sandbox' | 'sandbox-rounds' | 'sandbox-webhooks';

/** The context of cdk.json, which tests share with deployments: feature flags and stages. */
export const context: { readonly stages: Readonly<Record<StageName, object>> } = JSON.parse(
  readFileSync(join(root, 'cdk.json'), 'utf8'),
).context;
