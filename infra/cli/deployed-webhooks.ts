import { discoverWebhooks } from '../discover.ts';
import { pascal } from '../pascal.ts';
import { appFolder } from './app-folder.ts';
import type { Deployment } from './deployment.ts';
import type { Caller } from './doctor/needs.ts';

/**
 * The deployed webhooks as callers of Box, beside their files: handlers call as their owner, and so does who makes the webhooks.
 * @throws NightporterError `DECLARATION_INVALID` for a file that does not load
 */
export async function deployedWebhooks({ webhooks }: Pick<Deployment, 'webhooks'>): Promise<readonly Caller[]> {
  const declared = await discoverWebhooks(appFolder());
  return webhooks.map(({ name }) => {
    const found = declared.find((each) => pascal(each.name) === pascal(name));
    if (!found) return { id: name, declaration: undefined, app: undefined };
    const { runAs, box, app } = found.declaration;
    return { id: found.name, declaration: { runAs, box: [...box, 'webhooks'] }, app };
  });
}
