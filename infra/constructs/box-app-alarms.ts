import { Duration } from 'aws-cdk-lib';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { Stage } from '../settings.ts';
import { EventAlarm } from './event-alarm.ts';

export interface BoxAppAlarmsProps {
  readonly stage: Stage;
  readonly app: string;
  readonly topic: ITopic;
}

/** What goes wrong with the keys of a Box app, which all of its jobs share. */
export class BoxAppAlarms extends Construct {
  constructor(scope: Construct, id: string, { stage, app, topic }: BoxAppAlarmsProps) {
    super(scope, id);
    const whose = `the Box app ${app} (stage ${stage.name})`;
    const on = `--stage ${stage.name} --app ${app}`;
    const metric = (metricName: string, period: Duration) =>
      new Metric({
        namespace: 'Nightporter',
        metricName,
        dimensionsMap: { Stage: stage.name, App: app },
        statistic: Stats.SUM,
        period,
      });
    new EventAlarm(this, 'CredentialsSuspected', {
      metric: metric('CredentialsSuspected', Duration.minutes(5)),
      topic,
      text: `Box refuses the credentials of ${whose}: runs that need a token ${meanwhile(stage)}. What to do: if the client secret was reset in Box's console, put the new one with "npx nightporter secret put ${on}", no deploy is needed; if it was not, "npx nightporter doctor ${on}" says why.`,
    });
    new EventAlarm(this, 'SecretUnreadable', {
      metric: metric('SecretUnreadable', Duration.hours(1)),
      topic,
      text: `Functions can't read the secret of ${whose}, or what stands in it is unusable: they go on with the value read before, for a day at most, and new containers fail. What to do: "npx nightporter doctor ${on}" says which; if the newest version is wrong, put a right one with "npx nightporter secret put ${on}".`,
    });
    // A night with a token for each container has as many grants as containers; a shared one is replaced once in an hour.
    new EventAlarm(this, 'TokenStampede', {
      metric: metric('ServiceAccountMinted', Duration.minutes(5)),
      threshold: stage.sharedTokens ? 10 : 50,
      topic,
      text: `Box was asked for far too many tokens for the service account of ${whose} within five minutes; Box may begin to throttle. What to do: ${remedy(stage)}`,
    });
    if (!stage.sharedTokens) return;
    new EventAlarm(this, 'SharedTierFailed', {
      metric: metric('SharedTierFailed', Duration.hours(1)),
      // A request that was throttled once is no news; a table that can't be reached fails each container twice.
      threshold: 2,
      topic,
      text: `Functions of ${whose} can't share their token: each gets one for itself, and no run fails by it. What to do: look in their logs for "The shared token could not be used", which names the step and AWS's error, and check the table of shared tokens and its key.`,
    });
  }
}

function meanwhile({ rotationGraceMinutes: minutes }: Stage): string {
  return minutes > 0 ? `wait ${minutes} minutes for new ones, then fail` : 'fail';
}

function remedy({ name, sharedTokens }: Stage): string {
  const look = 'look for "Box refused a token before its time" in the logs: tokens that die early are asked for again and again';
  const share = `set stages.${name}.sharedTokens in cdk.json, so that containers share one`;
  return sharedTokens ? `${look}; or the table of shared tokens can't be reached.` : `${share}; or ${look}.`;
}
