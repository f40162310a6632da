import type { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';

export interface StageMetricProps {
  readonly stageName: string;
  /** As functions log it. */
  readonly metricName: string;
  /** What it is counted for: a job or webhook, or a Box app. */
  readonly of: { readonly Job: string } | { readonly App: string };
  readonly period: Duration;
}

/** How often it was counted in a period. */
export function stageMetric({ stageName, metricName, of, period }: StageMetricProps): Metric {
  return new Metric({
    namespace: 'Nightporter',
    metricName,
    dimensionsMap: { Stage: stageName, ...of },
    statistic: Stats.SUM,
    period,
  });
}

export interface SearchedMetricProps extends Pick<StageMetricProps, 'stageName' | 'metricName' | 'period'> {
  readonly dimension: 'Job' | 'App';
  /** The sum if left out. */
  readonly statistic?: string;
}

/** By search, one line each: a job or Box app that is turned on appears, and one that is off stays while its figures do. */
export function searchedMetric({ stageName, metricName, dimension, period, statistic = Stats.SUM }: SearchedMetricProps): IMetric {
  const place = `{Nightporter,Stage,${dimension}} Stage="${stageName}" MetricName="${metricName}"`;
  const expression = `SEARCH('${place}', '${statistic}', ${period.toSeconds()})`;
  return new MathExpression({ expression, label: `\${PROP('Dim.${dimension}')}`, usingMetrics: {}, period });
}
