import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { AlarmTopic } from '../constructs/alarm-topic.ts';
import { BoxAppSecret } from '../constructs/box-app-secret.ts';
import { MonthlyBudget } from '../constructs/monthly-budget.ts';
import { ReportBucket } from '../constructs/report-bucket.ts';
import { RunsTable } from '../constructs/runs-table.ts';
import { SharedTokens } from '../constructs/shared-tokens.ts';
import { StagePolicies } from '../constructs/stage-policies.ts';
import { pascal } from '../pascal.ts';
import type { Stage } from '../settings.ts';

export interface FoundationStackProps extends StackProps {
  readonly stage: Stage;
}

/** What outlives a deployment: credentials, the book of runs, reports, and where alarms go. */
export class FoundationStack extends Stack {
  readonly boxApps: ReadonlyMap<string, BoxAppSecret>;
  /** Encrypts what Nightporter writes down; the credentials have keys of their own. */
  readonly dataKey: IKey;
  readonly reports: Bucket;
  readonly runs: RunsTable;
  readonly alarms: ITopic;
  /** Only where the stage shares tokens. */
  readonly tokens: SharedTokens | undefined;

  constructor(scope: Construct, id: string, { stage, ...props }: FoundationStackProps) {
    super(scope, id, props);
    this.boxApps = new Map(Object.keys(stage.apps).map((app) => [app, new BoxAppSecret(this, `BoxApp${pascal(app)}`, { stage, app })]));
    this.dataKey = new Key(this, 'DataKey', {
      description: `Reports and runs (Nightporter ${stage.name})`,
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.reports = new ReportBucket(this, 'Reports', { key: this.dataKey, reportRetentionDays: stage.reportRetentionDays }).bucket;
    this.runs = new RunsTable(this, 'Runs', { key: this.dataKey, production: stage.production });
    this.tokens = stage.sharedTokens ? new SharedTokens(this, 'Tokens', { tableKey: this.dataKey }) : undefined;
    this.alarms = new AlarmTopic(this, 'Alarms', { notify: stage.notify }).topic;
    const { reports, runs, dataKey } = this;
    const policies = new StagePolicies(this, 'Policies', { stageName: stage.name, reports, runs, dataKey });
    if (stage.monthlyBudgetUSD !== undefined && stage.notify !== undefined) {
      new MonthlyBudget(this, 'Cost', { stageName: stage.name, limitUSD: stage.monthlyBudgetUSD, notify: stage.notify });
    }
    this.addOutputs(policies);
  }

  private addOutputs({ reader, operator, approver }: StagePolicies): void {
    for (const [name, policy] of Object.entries({ Reader: reader, Operator: operator, Approver: approver })) {
      new CfnOutput(this, `${name}PolicyArn`, { value: policy.managedPolicyArn });
    }
    new CfnOutput(this, 'ReportBucketName', { value: this.reports.bucketName });
    new CfnOutput(this, 'RunsTableName', { value: this.runs.tableName });
    if (this.tokens) new CfnOutput(this, 'TokensTableName', { value: this.tokens.table.tableName });
    new CfnOutput(this, 'AlarmTopicArn', { value: this.alarms.topicArn });
    for (const [app, { secret }] of this.boxApps) {
      new CfnOutput(this, `BoxSecretArn${pascal(app)}`, {
        value: secret.secretArn,
        description: `Put the JSON of Box's developer console here (app ${app})`,
      });
    }
  }
}
