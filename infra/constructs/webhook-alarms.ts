import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, type Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { EnabledWebhook } from '../enabled-webhooks.ts';
import { type AlarmTextProps, alarmText } from './alarm-text.ts';
import type { DeliverFunction } from './deliver-function.ts';
import { EventAlarm } from './event-alarm.ts';
import type { ReceiveFunction } from './receive-function.ts';
import { stageMetric } from './stage-metric.ts';

export interface WebhookAlarmsProps {
  readonly stageName: string;
  readonly webhook: EnabledWebhook;
  readonly receive: ReceiveFunction;
  readonly deliver: DeliverFunction;
  readonly topic: ITopic;
}

const period = Duration.minutes(5);
const hour = Duration.hours(1);

/** About 25 USD a month at list prices, if it goes on. */
const costlyInvocationsPerHour = 100_000;

/** Everything that can go wrong with a webhook, each in words for the person who is woken by it. */
export class WebhookAlarms extends Construct {
  private readonly props: WebhookAlarmsProps;

  constructor(scope: Construct, id: string, props: WebhookAlarmsProps) {
    super(scope, id);
    this.props = props;
    this.onEvents();
    this.onReceiver();
    this.onBox();
  }

  private onEvents(): void {
    const { deliver, stageName, webhook } = this.props;
    const { queue, deadLetters } = deliver.queue;
    const command = `npx nightporter deliveries`;
    const on = `${webhook.id} --stage ${stageName}`;
    this.alarm('DeadLetters', deadLetters.metricApproximateNumberOfMessagesVisible({ period, statistic: Stats.MAXIMUM }), {
      happened: 'Events were given up and wait for a person',
      toDo: `"${command} list ${on}" says why; correct the cause, then "${command} redrive ${on}".`,
    });
    this.alarm('Overdue', this.ours('EventOverdue', period), {
      happened: 'An event has failed for more than 30 minutes and is tried again, for four hours in all',
      toDo: `${this.readLog()}; nothing is lost meanwhile.`,
    });
    this.alarm(
      'Oldest',
      queue.metricApproximateAgeOfOldestMessage({ period, statistic: Stats.MAXIMUM }),
      {
        happened: 'Events have waited for an hour and nobody took them',
        toDo: `look whether the function ${deliver.function.functionName} is throttled, or raise the webhook's concurrency.`,
      },
      hour.toSeconds(),
    );
    this.alarm('HandlerFailed', deliver.function.metricErrors({ period, statistic: Stats.SUM }), {
      happened: 'The function died while it handled events, which come again',
      toDo: `${this.readLog()}; raise memoryMiB or timeoutMinutes where it says so.`,
    });
  }

  private onReceiver(): void {
    const { receive, stageName, webhook } = this.props;
    this.alarm('Unavailable', this.ours('WebhookUnavailable', period), {
      happened: 'What Box sends can’t be verified or queued; Box repeats it for two hours',
      toDo: `put the signing keys with "npx nightporter secret put --webhook-keys --stage ${stageName} --app ${webhook.app}", or read the reason in the log group ${receive.logGroup.logGroupName}.`,
    });
    this.alarm('ReceiverFailed', receive.function.metricErrors({ period, statistic: Stats.SUM }), {
      happened: 'The receiver failed; Box repeats for two hours what it sent',
      toDo: `read the last error in the log group ${receive.logGroup.logGroupName}.`,
    });
    this.alarm('OnlyUnsigned', this.onlyUnsigned(), {
      happened:
        'For an hour everything that arrived was signed with other keys than ours: Box’s own events are lost after two hours, or strangers try the address',
      toDo: `put Box’s keys as they are now with "npx nightporter secret put --webhook-keys --stage ${stageName} --app ${webhook.app}"; if they are right and nobody uses the folder at this hour, nothing.`,
    });
    this.alarm(
      'Cost',
      receive.function.metricInvocations({ period: hour, statistic: Stats.SUM }),
      {
        happened: `The receiver was called ${costlyInvocationsPerHour.toLocaleString('en-US')} times in an hour, about 25 USD a month if it goes on`,
        toDo: 'see whether the metric WebhookUnsigned grows with it: then strangers found the address, and deploying the webhook under another name gives it a new one. If not, narrow the webhook’s target.',
      },
      costlyInvocationsPerHour,
    );
  }

  private onBox(): void {
    const { stageName } = this.props;
    this.alarm('Deleted', this.ours('WebhookDeleted', period), {
      happened: 'Box has removed the webhook: nothing more is heard of its item',
      toDo: 'nothing, if it was the only time: within the hour it is made again, and what it missed is caught up with. If it comes again, find out why Box got no answer for weeks.',
    });
    this.alarm('NoSession', this.ours('WebhookWithoutSession', period), {
      happened: 'Box can tell nothing more: who made the webhook is inactive, or the app is not authorized any more',
      toDo: `"npx nightporter doctor --stage ${stageName}" says what to click.`,
    });
  }

  private alarm(id: string, metric: IMetric, text: Pick<AlarmTextProps, 'happened' | 'toDo'>, threshold = 1): void {
    const { stageName, webhook, topic } = this.props;
    const { impact } = webhook.declaration;
    new EventAlarm(this, id, { metric, threshold, topic, text: alarmText({ impact, of: `webhook ${webhook.id}`, stageName, ...text }) });
  }

  private ours(metricName: string, over: Duration): Metric {
    const { stageName, webhook } = this.props;
    return stageMetric({ stageName, metricName, of: { Job: webhook.id }, period: over });
  }

  /** 1 where there was no message of Box among all that came in an hour. A refusal by itself is none of our trouble: anybody can cause one. */
  private onlyUnsigned(): IMetric {
    const usingMetrics = { unsigned: this.ours('WebhookUnsigned', hour), accepted: this.ours('WebhookAccepted', hour) };
    return new MathExpression({ expression: 'IF(FILL(unsigned, 0) > 0 AND FILL(accepted, 0) == 0, 1, 0)', usingMetrics, period: hour });
  }

  private readLog(): string {
    return `read the last error in the log group ${this.props.deliver.logGroup.logGroupName}`;
  }
}
