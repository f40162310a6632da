import { Duration } from 'aws-cdk-lib';
import { Dashboard, type IMetric, type IWidget, type Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { BoxWebhook } from './box-webhook.ts';
import { graph, introduction, graphPeriod as period } from './graph.ts';
import { searchedMetric } from './stage-metric.ts';
import type { WebhookQueue } from './webhook-queue.ts';

export interface WebhookDashboardProps {
  readonly stageName: string;
  readonly webhooks: readonly BoxWebhook[];
}

/** One screen for what Box sends: what came, what waits, what became of it. Beside the jobs' own, whose stack knows no webhook. */
export class WebhookDashboard extends Construct {
  private readonly props: WebhookDashboardProps;

  constructor(scope: Construct, id: string, props: WebhookDashboardProps) {
    super(scope, id);
    this.props = props;
    new Dashboard(this, 'Dashboard', {
      defaultInterval: Duration.days(7),
      widgets: [
        [this.introduction()],
        [
          this.counted('Accepted by the receiver', 'WebhookAccepted'),
          this.counted('Refused: unsigned', 'WebhookUnsigned'),
          this.counted('Refused: malformed', 'WebhookMalformed'),
        ],
        [
          graph(
            'Events waiting',
            this.ofQueues(({ queue }) => visible(queue)),
          ),
          graph(
            'Oldest event waiting (s)',
            this.ofQueues(({ queue }) => queue.metricApproximateAgeOfOldestMessage({ statistic: Stats.MAXIMUM })),
          ),
          graph(
            'Events given up',
            this.ofQueues(({ deadLetters }) => visible(deadLetters)),
          ),
        ],
        [
          graph(
            'Handler: duration, longest (ms)',
            this.ofHandlers((handler) => handler.metricDuration({ statistic: Stats.MAXIMUM })),
          ),
          graph(
            'Handler: invocations that died',
            this.ofHandlers((handler) => handler.metricErrors({ statistic: Stats.SUM })),
          ),
          graph(
            'Handler: refused to start by Lambda',
            this.ofHandlers((handler) => handler.metricThrottles({ statistic: Stats.SUM })),
          ),
        ],
        [
          this.counted('Events handled', 'EventHandled'),
          this.counted('Attempts that failed', 'EventFailed'),
          this.counted('Webhooks that had to be restored in Box', 'WebhookDrift'),
        ],
      ],
    });
  }

  private introduction(): IWidget {
    const { stageName, webhooks } = this.props;
    const impacts = webhooks.map(({ webhook: { id, declaration } }) => `**${id}**: ${declaration.impact}`);
    return introduction(`${stageName}: webhooks`, 'webhook', impacts);
  }

  private counted(title: string, metricName: string): IWidget {
    return graph(title, [searchedMetric({ stageName: this.props.stageName, metricName, dimension: 'Job', period })]);
  }

  private ofQueues(select: (queue: WebhookQueue) => Metric): readonly IMetric[] {
    return this.props.webhooks.map(({ webhook, deliver }) => select(deliver.queue).with({ label: webhook.id, period }));
  }

  private ofHandlers(select: (handler: LambdaFunction) => Metric): readonly IMetric[] {
    return this.props.webhooks.map(({ webhook, deliver }) => select(deliver.function).with({ label: webhook.id, period }));
  }
}

function visible(queue: Queue): Metric {
  return queue.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM });
}
