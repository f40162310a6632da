import { Duration } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { Stage } from '../settings.ts';
import { EventAlarm } from './event-alarm.ts';
import { stageMetric } from './stage-metric.ts';

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
    const metric = (metricName: string, period: Duration, statistic?: string) =>
      stageMetric({ stageName: stage.name, metricName, of: { App: app }, period, ...(statistic && { statistic }) });
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
    // Users who leave while a run is at them are a handful in an hour; an app that is refused altogether is told of above, and every hour.
    new EventAlarm(this, 'TokensFailing', {
      metric: metric('TokenMintFailed', Duration.hours(1)),
      threshold: 20,
      topic,
      text: `Many requests for tokens of ${whose} came to nothing within an hour: jobs fail, or users are left out of them. What to do: "npx nightporter doctor ${on}" says why Box refuses; the metrics TokenMintFailed.<code> say what it said, and BOX_UNREACHABLE among them that it gave no answer, which passes.`,
    });
    // A token is replaced before its end, so that a healthy night has none of these; one revoked user is one for each container at work for it.
    new EventAlarm(this, 'TokensRefusedEarly', {
      metric: metric('TokenRenewalForced', Duration.hours(1)),
      threshold: 10,
      topic,
      text: `Box refused many tokens of ${whose} before their time, and each was replaced. What to do: nothing, if somebody has revoked tokens or changed the app within the hour; otherwise see in Box's Admin Console who does, since each costs one more token request, and a call of the run.`,
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
    // Who waits does so for about one token request, a second or two; for most to wait for half a lease, its holders must have died or hung.
    new EventAlarm(this, 'SharedTierSlow', {
      metric: metric('TokenLeaseWait', Duration.hours(1), Stats.percentile(50)),
      threshold: 4_000,
      topic,
      text: `Functions of ${whose} that share their token wait for it for seconds, which are paid for; no run fails by it. What to do: nothing, if it was the only time and a function was killed; otherwise look in their logs for "Another container was getting the token", and for what kills or slows the one that gets it: time limits, memory, or Box's answers to token requests.`,
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
