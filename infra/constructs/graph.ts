import { Duration } from 'aws-cdk-lib';
import { GraphWidget, type IMetric, type IWidget, TextWidget } from 'aws-cdk-lib/aws-cloudwatch';

/** What one point of a graph stands for. */
export const graphPeriod = Duration.hours(1);

/** A third of a dashboard's width. */
export function graph(title: string, left: readonly IMetric[]): IWidget {
  return new GraphWidget({ title, left: [...left], width: 8, height: 6, leftYAxis: { min: 0, showUnits: false } });
}

/** Across the top: what the failure of each means. @param impacts a line of Markdown for each */
export function introduction(title: string, whose: string, impacts: readonly string[]): IWidget {
  const markdown = [`# Nightporter ${title}`, `What a ${whose}’s failure means:`, ...impacts.map((line) => `- ${line}`)].join('\n');
  return new TextWidget({ markdown, width: 24, height: Math.min(4 + impacts.length, 20) });
}
