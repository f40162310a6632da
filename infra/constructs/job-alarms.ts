import { Duration } from 'aws-cdk-lib';
import { Alarm, type CfnAlarm, ComparisonOperator, type IMetric, type Metric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { EnabledJob } from '../enabled-jobs.ts';
import { type AlarmTextProps, alarmText } from './alarm-text.ts';
import type { Armed } from './armed.ts';
import { EventAlarm } from './event-alarm.ts';
import type { JobFunction } from './job-function.ts';
import type { JobSchedule } from './job-schedule.ts';
import type { ShardFunction } from './shard-function.ts';
import { stageMetric } from './stage-metric.ts';

export interface JobAlarmsProps {
  readonly stageName: string;
  readonly job: EnabledJob;
  readonly function: JobFunction;
  readonly shard: ShardFunction | undefined;
  readonly schedule: JobSchedule;
  readonly topic: ITopic;
  readonly armed: Armed;
}

type AlarmText = Pick<AlarmTextProps, 'happened' | 'toDo'>;

const period = Duration.minutes(5);

/** Everything that can go wrong with a job, each in words for the person who is woken by it. */
export class JobAlarms extends Construct {
  private readonly props: JobAlarmsProps;

  constructor(scope: Construct, id: string, props: JobAlarmsProps) {
    super(scope, id);
    this.props = props;
    const { logGroup, function: lambda, failures } = props.function;
    const lookAtLog = `read its last error in the log group ${logGroup.logGroupName}`;
    const runAgain = `run it again with npx nightporter redrive ${props.job.id} --stage ${props.stageName}, and the time that it was due`;
    // A durable function whose process dies is resumed, and one whose run fails has answered: for Lambda that is no error.
    const isDurable = props.job.declaration.shape !== 'plain';
    this.onAny('RunFailed', isDurable ? this.metric('RunFailed', period) : lambda.metricErrors({ period, statistic: Stats.SUM }), {
      happened: 'A run failed',
      toDo: `${lookAtLog}; it names the next step. Then ${runAgain}.`,
    });
    this.onThrottles('Throttled', lambda, 'a run');
    if (props.shard) this.onThrottles('ShardsThrottled', props.shard.function, 'shards of a run, which waits for them');
    this.onAny(
      'FailuresWaiting',
      failures.metricApproximateNumberOfMessagesVisible({
        period,
        statistic: Stats.MAXIMUM,
      }),
      { happened: 'Failed runs wait in a queue', toDo: `${runAgain}, then delete its message from ${failures.queueName}.` },
    );
    this.onAny(
      'NotStarted',
      props.schedule.deadLetters.metricApproximateNumberOfMessagesVisible({
        period,
        statistic: Stats.MAXIMUM,
      }),
      {
        happened: 'The schedule could not start the function',
        toDo: `read the reason in ${props.schedule.deadLetters.queueName}, ${runAgain}, then delete the message.`,
      },
    );
    const missing = this.onAny('RunMissing', this.metric('RunMissing', Duration.hours(1)), {
      happened: 'A run was due and did not happen, or began and was lost on its way',
      toDo: `check that the schedule ${props.schedule.schedule.scheduleName} is enabled, and if the run began, ${lookAtLog}; then ${runAgain}.`,
    });
    this.onlyWhenArmed(missing);
    if (props.job.declaration.uses.includes('grant:fresh')) this.onRefusedGrant(lookAtLog);
    if (props.job.declaration.uses.includes('runs:watch')) this.onSilence(lookAtLog);
  }

  private onThrottles(id: string, lambda: LambdaFunction, what: string): void {
    this.onAny(id, lambda.metricThrottles({ period, statistic: Stats.SUM }), {
      happened: `Lambda refused to start ${what}`,
      toDo: "raise the account's quota of concurrent executions.",
    });
  }

  private onRefusedGrant(lookAtLog: string): void {
    this.onAny('GrantRefused', this.metric('GrantRefused', period), {
      happened: 'Box refuses tokens to this Box app: every job that uses it will fail',
      toDo: `${lookAtLog}; the diagnosis names the setting in Box to change.`,
    });
  }

  /** A watch that has stopped can't say so. CloudWatch takes missing data as silence, so an armed stage alarms until the first hour is over. */
  private onSilence(lookAtLog: string): void {
    const alarm = new Alarm(this, 'Silent', {
      metric: this.metric('RunSucceeded', Duration.hours(1)),
      threshold: 1,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: 3,
      treatMissingData: TreatMissingData.BREACHING,
      alarmDescription: this.text({
        happened:
          'No missing run would be noticed: the watch has not succeeded for 3 hours (expected in the first hour after the stage was armed)',
        toDo: `${lookAtLog}.`,
      }),
    });
    alarm.addAlarmAction(new SnsAction(this.props.topic));
    alarm.addOkAction(new SnsAction(this.props.topic));
    this.onlyWhenArmed(alarm);
  }

  /** While schedules are off, no run is missed. */
  private onlyWhenArmed(alarm: Alarm): void {
    (alarm.node.defaultChild as CfnAlarm).actionsEnabled = this.props.armed.actionsEnabled;
  }

  private onAny(id: string, metric: IMetric, text: AlarmText): Alarm {
    return new EventAlarm(this, id, { metric, topic: this.props.topic, text: this.text(text) });
  }

  private metric(metricName: string, over: Duration): Metric {
    const { stageName, job } = this.props;
    return stageMetric({ stageName, metricName, of: { Job: job.id }, period: over });
  }

  private text(text: AlarmText): string {
    const { stageName, job } = this.props;
    return alarmText({ impact: job.declaration.impact, of: `job ${job.id}`, stageName, ...text });
  }
}
