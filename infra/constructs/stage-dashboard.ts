import { Duration } from 'aws-cdk-lib';
import { Dashboard, type IMetric, type IWidget, MathExpression, type Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { EnabledJob } from '../enabled-jobs.ts';
import { graph, introduction, graphPeriod as period } from './graph.ts';
import type { ScheduledBoxJob } from './scheduled-box-job.ts';
import { searchedMetric } from './stage-metric.ts';

export interface StageDashboardProps {
  readonly stageName: string;
  readonly jobs: readonly (readonly [EnabledJob, ScheduledBoxJob])[];
}

/** One screen per stage: what ran, what it cost in time and tokens, what waits. */
export class StageDashboard extends Construct {
  private readonly props: StageDashboardProps;

  constructor(scope: Construct, id: string, props: StageDashboardProps) {
    super(scope, id);
    this.props = props;
    new Dashboard(this, 'Dashboard', {
      defaultInterval: Duration.days(7),
      widgets: [
        [this.introduction()],
        [
          graph('Runs done', this.ours('RunSucceeded')),
          graph('Runs failed', this.ours('RunFailed')),
          graph('Runs missing', this.ours('RunMissing')),
        ],
        [
          graph('Lag: from due to begun, longest (ms)', this.ours('RunLag', Stats.MAXIMUM)),
          graph('Users done', this.ours('UsersDone')),
          graph('Calls that Box put off (429)', this.ofApps('BoxThrottled')),
        ],
        [
          graph(
            'Duration, longest (ms)',
            this.ofEach((lambda) => lambda.metricDuration({ statistic: Stats.MAXIMUM })),
          ),
          graph(
            'Refused to start by Lambda',
            this.ofEach((lambda) => lambda.metricThrottles({ statistic: Stats.SUM })),
          ),
          graph('Waiting in dead-letter queues', this.deadLetters()),
        ],
        [
          graph('Tokens minted', this.ofApps('TokenMinted')),
          graph('Tokens that Box did not give', this.ofApps('TokenMintFailed')),
          graph('Cost: GB-seconds of Lambda', this.gigabyteSeconds()),
        ],
        [
          graph('Tokens from memory', this.ofApps('TokenMemoryHit')),
          graph('Tokens from the shared tier', this.ofApps('TokenSharedHit')),
          graph('Age of tokens at use, oldest (ms)', this.ofApps('TokenAgeAtUse', Stats.MAXIMUM)),
        ],
      ],
    });
  }

  private introduction(): IWidget {
    const { stageName, jobs } = this.props;
    const impacts = jobs.map(
      ([{ id, schedule, declaration }]) => `**${id}** \`${schedule.expression}\` ${schedule.timeZone}: ${declaration.impact}`,
    );
    return introduction(stageName, 'job', impacts);
  }

  private ours(metricName: string, statistic: string = Stats.SUM): IMetric[] {
    return this.found('Job', metricName, statistic);
  }

  private ofApps(metricName: string, statistic: string = Stats.SUM): IMetric[] {
    return this.found('App', metricName, statistic);
  }

  private found(dimension: 'Job' | 'App', metricName: string, statistic: string): IMetric[] {
    return [searchedMetric({ stageName: this.props.stageName, metricName, dimension, period, statistic })];
  }

  private ofEach(select: (lambda: LambdaFunction) => Metric): IMetric[] {
    return this.functions().map(({ label, lambda }) => select(lambda).with({ label, period }));
  }

  /** A durable job's shards do most of its work. */
  private functions(): readonly { readonly label: string; readonly lambda: LambdaFunction; readonly memoryMiB: number }[] {
    return this.props.jobs.flatMap(([{ id, declaration }, { run, shard }]) => {
      const { memoryMiB } = declaration;
      const shards = shard ? [{ label: `${id}: shards`, lambda: shard.function, memoryMiB }] : [];
      return [{ label: id, lambda: run.function, memoryMiB }, ...shards];
    });
  }

  private deadLetters(): IMetric[] {
    return this.props.jobs.flatMap(([{ id }, { run, start }]) => [
      run.failures.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM, period, label: `${id}: failed` }),
      start.deadLetters.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM, period, label: `${id}: not started` }),
    ]);
  }

  /** Lambda is paid by memory and time; the first 400,000 a month cost nothing. */
  private gigabyteSeconds(): IMetric[] {
    return this.functions().map(
      ({ label, lambda, memoryMiB }, index) =>
        new MathExpression({
          expression: `used${index} * ${memoryMiB} / 1024 / 1000`,
          usingMetrics: { [`used${index}`]: lambda.metricDuration({ statistic: Stats.SUM, period }) },
          label,
          period,
        }),
    );
  }
}
