import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { NightporterError } from '../../../lib/errors.ts';
import { plansWaiting, type Waiting } from '../../../lib/run/approval/waiting.ts';
import type { Plan } from '../../../lib/run/plan/plan-file.ts';
import { getPlan } from '../../../lib/run/plan/plan-store.ts';
import { askAws } from '../ask-aws.ts';
import type { Cli } from '../cli.ts';
import type { Deployment } from '../deployment.ts';
import { s3Client } from '../report/newest-report.ts';
import { runsTableOf } from '../run/find-run.ts';

/** The plans that somebody has to decide on, of these jobs, the oldest first. */
export async function waitingPlans(cli: Pick<Cli, 'aws'>, deployment: Deployment, jobs: readonly string[]): Promise<readonly Waiting[]> {
  const client = new DynamoDBClient(cli.aws);
  const found = jobs.map((job) => askAws('dynamodb:Query', plansWaiting(client, runsTableOf(deployment), job)));
  return (await Promise.all(found)).flat().sort((one, other) => one.since - other.since);
}

/**
 * The one waiting plan that a hash begins with.
 * @param hash at least twelve of its digits
 * @throws NightporterError `COMMAND_INVALID`, `APPROVAL_REFUSED`
 */
export function planBy(waiting: readonly Waiting[], hash: string): Waiting {
  if (!/^[0-9a-f]{12,64}$/.test(hash)) {
    throw new NightporterError(
      'COMMAND_INVALID',
      'Give --plan the hash that "nightporter plan show" prints, or its first twelve digits at least.',
    );
  }
  const found = waiting.find(({ sha256 }) => sha256.startsWith(hash));
  if (found) return found;
  throw new NightporterError(
    'APPROVAL_REFUSED',
    'Look at "nightporter plan show": no plan with this hash waits, another one may have taken its place.',
  );
}

/** The plan itself, which hashes to what its run says. @throws NightporterError `PLAN_INVALID`, `NOT_DEPLOYED` */
export function readWaiting(cli: Pick<Cli, 'aws'>, { reportBucket }: Deployment, waiting: Waiting): Promise<Plan> {
  if (reportBucket === undefined) throw new NightporterError('NOT_DEPLOYED', 'Deploy the stage again: it has no report bucket.');
  return getPlan({ client: s3Client(cli), bucket: reportBucket }, waiting);
}
