import { pascal } from '../../pascal.ts';
import { deployedJobs } from '../deployed-jobs.ts';
import { deployedWebhooks } from '../deployed-webhooks.ts';
import { type Deployment, kebab } from '../deployment.ts';

/** A function that gets tokens of a Box app. */
export interface TokenHolder {
  /** Of a job, of its shards, or of a webhook's handler: `open-shared-links-shards`. */
  readonly job: string;
  /** `undefined` when this clone has no file that says it. */
  readonly app: string | undefined;
  readonly functionName: string;
}

export async function tokenHolders(deployment: Deployment): Promise<readonly TokenHolder[]> {
  const jobs = await deployedJobs(deployment);
  const apps = new Map([...jobs, ...(await deployedWebhooks(deployment))].map(({ id, app }) => [pascal(id), app]));
  const workers = deployment.workers.map(({ outputName, functionName }) => ({
    job: kebab(outputName),
    app: apps.get(outputName.replace(/(Shards|Handler)$/, '')),
    functionName,
  }));
  return [...jobs.map(({ id, app, functionName }) => ({ job: id, app, functionName })), ...workers];
}
