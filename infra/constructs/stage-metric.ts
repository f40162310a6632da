import type { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';

export interface StageMetricProps {
  readonly stageName: string;
  /** As functions log it. */
  readonly metricName: string;
  /** What it is counted for: a job or webhook, or a Box app. */
  readonly of: { readonly Job: string } | { readonly App: string };
  readonly period: Duration;
  /** The sum if left out: how often it was counted in a period. */
  readonly statistic?: string;
}

export function stageMetric({ stageName, metricName, of, period, statistic = Stats.SUM }: StageMetricProps): Metric {
  return new Metric({
    namespace: 'Nightporter',
    metricName,
    dimensionsMap: { Stage: stageName, ...of },
    statistic,
    period,
  });
}

export interface SearchedMetricProps extends Omit<StageMetricProps, 'of'> {
  readonly dimension: 'Job' | 'App';
}

/** By search, one line each: a job or Box app that is turned on appears, and one that is off stays while its figures do. */
export function searchedMetric({ stageName, metricName, dimension, period, statistic = Stats.SUM }: SearchedMetricProps): IMetric {
  const place = `{Nightporter,Stage,${dimension}} Stage="${stageName}" MetricName="${metricName}"`;
  const expression = `SEARCH('${place}', '${statistic}', ${period.toSeconds()})`;
  return new MathExpression({ expression, label: `\${PROP('Dim.${dimension}')}`, usingMetrics: {}, period });
}
