import { everyApp, type Log, rate, scheduledJob, serviceAccount, type WebhookFinding } from 'nightporter';

/** Keeps Box's webhooks as the last deployment wants them, and catches up with what they missed. Also what a deployment itself starts. */
export default scheduledJob({
  impact: 'Webhooks that Box has dropped, or that somebody has changed, are not restored: events go unheard.',
  schedule: rate(1, 'hour'),
  app: everyApp,
  runAs: serviceAccount(),
  box: ['webhooks', 'events', 'files', 'folders'],
  uses: ['webhooks:reconcile'],
  timeoutMinutes: 5,
  async run({ webhooks, log }) {
    const findings = await webhooks.reconcile();
    if (findings === undefined) {
      log.warn("Waiting for the Box app's credentials: webhooks are made when they are in the secret.");
      return { waitingForSecret: 1 };
    }
    for (const finding of findings) report(finding, log);
    const caughtUp = await webhooks.catchUp();
    for (const problem of caughtUp.problems) log.error(problem);
    const problems = findings.filter(({ problem }) => problem !== undefined).length + caughtUp.problems.length;
    const drifted = findings.filter(({ did }) => did === 'recreated' || did === 'corrected').length;
    log.metric('WebhookProblem', problems);
    log.metric('WebhookDrift', drifted);
    const inPlace = findings.filter(({ did }) => !['deleted', 'left', 'nothing'].includes(did)).length;
    return { webhooks: inPlace, problems, drifted, caughtUp: caughtUp.events };
  },
});

const sentences: Readonly<Record<WebhookFinding['did'], string | undefined>> = {
  kept: undefined,
  nothing: undefined,
  created: 'A webhook was made.',
  recreated: 'A webhook was gone and was made again; what it missed is caught up with.',
  corrected: 'A webhook had been changed and was corrected; what it missed is caught up with.',
  updated: 'A webhook was changed to what this deployment wants.',
  adopted: 'A webhook that somebody else had made was adopted.',
  deleted: 'A webhook that nobody wants any more was deleted.',
  left: 'A webhook that nobody wants any more was left: it is not ours.',
};

function report({ item, did, webhook, problem }: WebhookFinding, log: Log): void {
  const fields = { [item.type]: item.id, webhook };
  if (problem !== undefined) log.error(problem, fields);
  else if (sentences[did] !== undefined) log[did === 'recreated' || did === 'corrected' ? 'warn' : 'info'](sentences[did], fields);
}
