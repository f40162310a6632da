import type { Decision } from '../../../lib/run/approval/decisions.ts';
import type { Cli, ExitCode } from '../cli.ts';
import { chooseJob } from '../deployed-jobs.ts';
import { findDeployment } from '../deployment.ts';
import { callEndpoint } from '../endpoint/call-endpoint.ts';
import { print } from '../output.ts';
import { planBy, readWaiting, waitingPlans } from './waiting-plans.ts';

export interface DecideOptions {
  readonly plan: string;
  readonly reason: string;
  /** As typed: a whole number. */
  readonly actions?: number;
}

interface Answer {
  readonly verdict: Decision['verdict'];
  readonly at: string;
  readonly until: string;
  readonly woken: boolean;
}

/**
 * Decides on the plan whose hash was named, after reading it once more: what is sent is the hash of the bytes that are there, and their
 * version.
 */
export async function decideOn(cli: Cli, jobName: string, verdict: Decision['verdict'], options: DecideOptions): Promise<ExitCode> {
  const deployment = await findDeployment(cli);
  const { id: job } = await chooseJob(deployment, jobName);
  const waiting = planBy(await waitingPlans(cli, deployment, [job]), options.plan);
  await readWaiting(cli, deployment, waiting);
  const { run, sha256, versionId } = waiting;
  const { reason, actions } = options;
  const request = { verdict, job, run, sha256, versionId, reason, ...(actions !== undefined && { actions }) };
  const answer = (await callEndpoint(cli, 'approvals', deployment.approvalsUrl, request)) as Answer;
  print(cli, { job, run, sha256, versionId, ...answer }, ({ woken }) =>
    [
      `The plan of ${job} is ${verdict}${verdict === 'approved' ? ', to be applied until ' : ' at '}${verdict === 'approved' ? answer.until : answer.at}.`,
      woken
        ? `  An operator can follow it: npx nightporter runs follow ${job} --stage ${cli.stage}`
        : '  Its run could not be woken: repeat this command to try again.',
    ].join('\n'),
  );
  return 0;
}
