import { Duration } from 'aws-cdk-lib';
import { GraphWidget, type IMetric, type IWidget } from 'aws-cdk-lib/aws-cloudwatch';

/** What one point of a graph stands for. */
export const graphPeriod = Duration.hours(1);

/** A third of a dashboard's width. */
export function graph(title: string, left: readonly IMetric[]): IWidget {
  return new GraphWidget({ title, left: [...left], width: 8, height: 6, leftYAxis: { min: 0, showUnits: false } });
}
