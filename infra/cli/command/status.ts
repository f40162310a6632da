import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Command } from 'commander';
import { scheduler } from '../../../lib/run/approval/same-person.ts';
import type { Waiting } from '../../../lib/run/approval/waiting.ts';
import { pausedBy } from '../../../lib/run/switches.ts';
import { askAws } from '../ask-aws.ts';
import type { Cli, ExitCode } from '../cli.ts';
import { renderWebhooks, statusesOf } from '../deliveries/webhook-status.ts';
import { type DeployedJob, deployedJobs } from '../deployed-jobs.ts';
import { type Deployment, findDeployment } from '../deployment.ts';
import { count, duration, type Paint, print, table } from '../output.ts';
import type { Perform } from '../perform.ts';
import { waitingPlans } from '../plan/waiting-plans.ts';
import { printable } from '../printable.ts';
import { asItIs } from '../run/as-it-is.ts';
import { missingSince, type Schedule, schedulesOf } from '../run/due.ts';
import { runsTableOf } from '../run/find-run.ts';
import { outcome, why } from '../run/outcome.ts';
import { isUnfinished, lastRunsOf, latest, type RunRecord } from '../run/run-record.ts';

interface JobStatus {
  readonly job: string;
  readonly schedule: string | undefined;
  readonly lastRun: RunRecord | undefined;
  /** A due time that no run has claimed. */
  readonly missingSince: string | undefined;
}

const description = `Shows on one screen what is deployed, how the last run of each job ended and what that means, what waits
for whom, and what webhooks' queues hold.

"missing": the job was due at that time and no run began; look at its schedule and its dead-letter
queue.`;

const examples = `
Exit code: 0 nothing failed or was stopped last, is missing or was given up, 1 something did, is or was, 2 the command or the stage is wrong.

Examples:
  $ npx nightporter status --stage production
  $ npx nightporter status --json | jq '.jobs[] | select(.lastRun.state == "failed")'`;

export function statusCommand(perform: Perform): Command {
  return new Command('status')
    .summary('what ran, what failed, what is missing')
    .description(description)
    .addHelpText('after', examples)
    .action((_options: unknown, command: Command) => perform(command, status));
}

async function status(cli: Cli): Promise<ExitCode> {
  const deployment = await findDeployment(cli);
  const table = runsTableOf(deployment);
  const deployed = await deployedJobs(deployment);
  const schedules = await schedulesOf(cli, deployed);
  const jobs = await Promise.all(deployed.map((job) => statusOf(cli, deployment, job, schedules.get(job.id))));
  const webhooks = await statusesOf(cli, deployment.webhooks);
  const healthy = !jobs.some(isTroubled) && webhooks.every(({ givenUp }) => givenUp === 0);
  const { region, isArmed, unarmed, webhooksInBox } = deployment;
  const paused = await askAws('dynamodb:GetItem', pausedBy(new DynamoDBClient(cli.aws), table));
  const waiting = (
    await waitingPlans(
      cli,
      deployment,
      deployed.map(({ id }) => id),
    )
  ).map(decisionOf);
  const facts = {
    stage: cli.stage,
    region,
    armed: isArmed ?? null,
    unarmed,
    paused: paused ?? null,
    healthy,
    jobs,
    waiting,
    webhooks,
    webhooksInBox,
  };
  print(cli, facts, (_, paint) => {
    const list = jobs.length > 0 ? render(jobs, cli.now(), paint) : 'No job is deployed.';
    const armed = unarmed.length > 0 ? paint('yellow', ` (not armed: no schedule of ${unarmed.join(' and ')} starts a run)`) : '';
    const held = paused ? paint('yellow', `\nPaused since ${new Date(paused.at).toISOString()}: ${printable(paused.reason)}`) : '';
    const reasons = new Set(jobs.flatMap(({ lastRun }) => (lastRun && why(lastRun)) ?? []));
    const head = `${paint('bold', `Stage ${cli.stage} in ${region}`)}${armed}${held}`;
    return [head, list, ...reasons, ...waiting.map(sentence), ...renderWebhooks(webhooks, webhooksInBox, paint)].join('\n');
  });
  return healthy ? 0 : 1;
}

async function statusOf(cli: Cli, deployment: Deployment, job: DeployedJob, schedule: Schedule | undefined): Promise<JobStatus> {
  const table = runsTableOf(deployment);
  const runs = await lastRunsOf(cli, table, job.id);
  const missing = schedule && (await missingSince(cli, table, schedule, runs.scheduled));
  const lastRun = latest(runs);
  return {
    job: job.id,
    schedule: schedule && `${schedule.expression} ${schedule.timeZone}`,
    lastRun: lastRun && (await asItIs(cli, deployment, job.id, lastRun)),
    missingSince: missing?.toISOString(),
  };
}

/** What waits, and for whom: not for the one who started it. */
function decisionOf({ job, run, actions, startedBy, until }: Waiting) {
  return { job, run, actions, startedBy, until: new Date(until).toISOString() };
}

function sentence({ job, actions, startedBy, until }: ReturnType<typeof decisionOf>): string {
  const others = startedBy === scheduler ? 'an approver' : `an approver who is not ${printable(startedBy)}`;
  return `A plan of ${job} with ${count(actions, 'action')} waits for ${others} until ${until}: npx nightporter plan show ${job}`;
}

function isTroubled({ lastRun, missingSince }: JobStatus): boolean {
  return (lastRun !== undefined && isUnfinished(lastRun)) || missingSince !== undefined;
}

function render(jobs: readonly JobStatus[], now: number, paint: Paint): string {
  const rows = jobs.map(({ job, lastRun, missingSince: missing }) => [
    job,
    lastRun?.state ?? 'never ran',
    lastRun?.due ?? '',
    lastRun?.startedAt === undefined ? '' : `${duration(now - Date.parse(lastRun.startedAt))} ago`,
    lastRun === undefined ? '' : String(lastRun.attempt),
    outcome(lastRun),
    missing === undefined ? '' : `missing: ${missing}`,
  ]);
  return table([['job', 'last run', 'due', 'began', 'attempt', 'result', ''], ...rows], paint);
}
