import { CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { Stage } from '../settings.ts';
import { AlarmTopic } from './alarm-topic.ts';
import { MonthlyBudget } from './monthly-budget.ts';
import { RecordTable } from './record-table.ts';
import { ReportBucket } from './report-bucket.ts';
import { SharedTokens } from './shared-tokens.ts';

export interface FoundationProps {
  readonly stage: Stage;
}

/** What all jobs of a stage share and what outlives a deployment: the book of runs, reports, and where alarms go. */
export class Foundation extends Construct {
  /** Encrypts what Nightporter writes down; the credentials have keys of their own. */
  readonly dataKey: IKey;
  readonly reports: Bucket;
  readonly runs: RecordTable;
  /** Who approved or rejected which plan. */
  readonly decisions: RecordTable;
  readonly alarms: ITopic;
  readonly alarmKey: IKey;
  /** Only where the stage shares tokens. */
  readonly tokens: SharedTokens | undefined;

  constructor(scope: Construct, id: string, { stage }: FoundationProps) {
    super(scope, id);
    this.dataKey = new Key(this, 'DataKey', {
      description: `Reports and runs (Nightporter ${stage.name})`,
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    this.reports = new ReportBucket(this, 'Reports', { key: this.dataKey, reportRetentionDays: stage.reportRetentionDays }).bucket;
    const { production } = stage;
    this.runs = new RecordTable(this, 'Runs', { key: this.dataKey, production, expires: true });
    // A table of its own: every job may write to that of runs, and only the approvals function may write here.
    this.decisions = new RecordTable(this, 'Decisions', { key: this.dataKey, production, expires: false });
    this.tokens = stage.sharedTokens ? new SharedTokens(this, 'Tokens', { tableKey: this.dataKey }) : undefined;
    const { topic, key } = new AlarmTopic(this, 'Alarms', { notify: stage.notify });
    this.alarms = topic;
    this.alarmKey = key;
    if (stage.monthlyBudgetUSD !== undefined && stage.notify !== undefined) {
      new MonthlyBudget(this, 'Cost', { stageName: stage.name, limitUSD: stage.monthlyBudgetUSD, notify: stage.notify });
    }
    this.addOutputs();
  }

  /** What the command line finds the stage by. */
  private addOutputs(): void {
    const stack = Stack.of(this);
    new CfnOutput(stack, 'ReportBucketName', { value: this.reports.bucketName });
    new CfnOutput(stack, 'RunsTableName', { value: this.runs.tableName });
    new CfnOutput(stack, 'DecisionsTableName', { value: this.decisions.tableName });
    if (this.tokens) new CfnOutput(stack, 'TokensTableName', { value: this.tokens.table.tableName });
    new CfnOutput(stack, 'AlarmTopicArn', { value: this.alarms.topicArn });
  }
}
