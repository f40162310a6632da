import { everyApp, type GrantOutcome, type JobContext, type Log, rate, scheduledJob, serviceAccount } from 'nightporter';

/** Mints afresh every hour, past every cache, as each kind of subject that the stage's jobs and webhooks run as. */
export default scheduledJob({
  impact: 'Box refuses tokens to this app: every job that uses it will fail until a setting in Box or the secret is corrected.',
  schedule: rate(1, 'hour'),
  app: everyApp,
  runAs: serviceAccount(),
  box: ['users'],
  uses: ['grant:fresh'],
  settings: ['grantCheckUser'],
  timeoutMinutes: 2,
  async run({ box, grants, settings, pages, log }) {
    const outcomes: GrantOutcome[] = [];
    // First as the service account: without it the users can't be listed, and its diagnosis says why.
    outcomes.push(await grants.mint({ type: 'enterprise' }));
    if (grants.subjectTypesInUse.includes('user')) {
      const user = settings.grantCheckUser ?? (outcomes[0]?.granted ? await firstActiveUser(box, pages) : undefined);
      if (user === undefined) log.warn('No user to check with: name an active one in the setting grantCheckUser.');
      else outcomes.push(await grants.mint({ type: 'user', id: user }));
    }
    for (const outcome of outcomes) report(outcome, log);
    const refused = outcomes.filter(({ granted }) => !granted).length;
    log.metric('GrantRefused', refused);
    return { checked: outcomes.length, refused };
  },
});

async function firstActiveUser(
  box: JobContext<'users', never, unknown>['box'],
  pages: JobContext<never, never, unknown>['pages'],
): Promise<string | undefined> {
  const fetch = (marker: string | undefined) =>
    box.users.getUsers({
      usemarker: true,
      limit: 1000,
      fields: ['status'],
      userType: 'managed',
      ...(marker && { marker }),
    });
  for await (const user of pages.byMarker(fetch)) if (user.status === 'active') return user.id;
  return undefined;
}

function report(outcome: GrantOutcome, log: Log): void {
  const { subjectType } = outcome;
  if (outcome.granted) {
    log.info('Box granted a token.', {
      subjectType,
      expiresInSeconds: outcome.expiresInSeconds,
    });
    return;
  }
  const { error, description, causes } = outcome.diagnosis;
  log.error('Box refused a token.', { subjectType, error, description });
  causes.forEach(({ cause, setting, nextStep }, index) => {
    log.error(`Likely cause ${index + 1} of ${causes.length}: ${cause} ${nextStep}`, { subjectType, setting });
  });
}
