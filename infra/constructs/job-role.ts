import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { type Policy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { type EnabledJob, seesToWebhooks } from '../enabled-jobs.ts';
import { callsAsServiceAccount } from '../service-account-calls.ts';
import type { Stage } from '../settings.ts';
import { acknowledgeWildcards } from './acknowledge-wildcards.ts';
import { type BoxApp, rolePath } from './box-app.ts';
import { capabilityGrants, tableKeyActions, useKey } from './capability-grant.ts';
import { applyingGrants, changingGrants, type DurableHalf, durableGrants, tableActions } from './durable-grant.ts';
import type { Foundation } from './foundation.ts';
import { networkInterfaceGrant } from './network-interface-grant.ts';
import { readCurrentSecret } from './read-current-secret.ts';
import { sharedLimitGrant } from './shared-limit-grant.ts';

export interface JobRoleProps {
  readonly stage: Stage;
  readonly job: EnabledJob;
  readonly foundation: Foundation;
  /** Undefined for a job that never calls Box. */
  readonly boxApp: BoxApp | undefined;
  readonly logGroup: ILogGroup;
  /** Where Lambda puts, as this role, the runs that failed; a shard's failure is its coordinator's to tell. */
  readonly failures?: IQueue;
  /** Which half of a durable job; left out for a plain one. */
  readonly half?: DurableHalf;
}

const ownKeys =
  'The keys of what a run writes hold time, run and shard, so the wildcards cover what this one job writes; and EC2 does not say beforehand which network interface Lambda will get.';

/** Can do what the job declares and nothing else. Statements are written out: CDK's own grants are wider. */
export class JobRole extends Role {
  constructor(scope: Construct, id: string, { stage, job, foundation, boxApp, logGroup, failures, half }: JobRoleProps) {
    super(scope, id, { assumedBy: new ServicePrincipal('lambda.amazonaws.com'), path: rolePath(stage.name, job.app) });
    const { runs, reports, dataKey, alarms, alarmKey } = foundation;
    const { uses } = job.declaration;
    this.allow([
      new PolicyStatement({ actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [logGroup.logGroupArn] }),
      ...(failures ? [new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [failures.queueArn] })] : []),
      new PolicyStatement({ actions: [...tableActions(half)], resources: [runs.tableArn] }),
      useKey(this, dataKey, 'dynamodb', tableKeyActions),
    ]);
    if (boxApp) this.allowCredentials(boxApp);
    if (boxApp && foundation.tokens) this.allow(foundation.tokens.grants(boxApp.secret.secretArn));
    const grantable = { job: job.id, runs, reports, dataKey, alarms, alarmKey };
    // Whoever runs in steps, and who sees to webhooks, may write to the whole table.
    if (boxApp && half === undefined && callsAsServiceAccount(job.declaration) && !seesToWebhooks(job.declaration))
      this.allow([sharedLimitGrant(runs, boxApp.app)]);
    if (half) this.allow(durableGrants(this, half, grantable));
    if (half === 'coordinator' && job.mode !== undefined) this.allow(changingGrants(grantable, foundation.decisions as ITable));
    if (half === 'shard' && job.mode !== undefined) this.allow(applyingGrants(grantable));
    for (const capability of half === 'shard' ? uses.filter((name) => name !== 'reports:write') : uses)
      this.allow(capabilityGrants[capability](this, grantable));
    if (stage.vpc) this.allow(networkInterfaceGrant());
    acknowledgeWildcards(this, () => (this.node.findChild('DefaultPolicy') as Policy).document, ownKeys);
  }

  private allow(statements: readonly PolicyStatement[]): void {
    for (const statement of statements) this.addToPolicy(statement);
  }

  private allowCredentials({ secret, key }: BoxApp): void {
    this.allow([readCurrentSecret(secret), useKey(this, key, 'secretsmanager', ['kms:Decrypt'])]);
  }
}
