import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';

export interface EventAlarmProps {
  /** A sum, a maximum or a percentile over the period in which so many are too many. */
  readonly metric: IMetric;
  /** 1 if left out. */
  readonly threshold?: number;
  readonly topic: ITopic;
  /** What happened and what to do, for the person who is woken by it. */
  readonly text: string;
}

/** Rings when something has happened; while there is nothing to measure, all is well. */
export class EventAlarm extends Alarm {
  constructor(scope: Construct, id: string, { metric, threshold = 1, topic, text }: EventAlarmProps) {
    super(scope, id, {
      metric,
      threshold,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription: text,
    });
    this.addAlarmAction(new SnsAction(topic));
  }
}
