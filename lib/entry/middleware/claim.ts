import { codeOf } from '../../errors.ts';
import type { Claims } from '../../run/claim.ts';
import type { SessionFactory } from '../../session/session.ts';
import type { Middleware } from '../run-context.ts';

/**
 * The first thing that a run does: claim its due time, so that a second delivery of the same event does nothing. Beside it, in the same time,
 * the look at what Box has asked of others.
 */
export function withClaim(claims: Claims, job: string, sessions: Pick<SessionFactory, 'look'>): Middleware {
  return {
    async before({ context }) {
      const { due, awsRequestId } = context;
      void sessions.look();
      const claim = await claims.claim({
        job,
        due: due.key,
        runId: awsRequestId,
        startedBy: due.startedBy,
        leaseMs: context.getRemainingTimeInMillis(),
      });
      if (claim === undefined) {
        context.log.warn('Nothing done: another run has this due time.', {
          due: due.key,
        });
        context.log.metric('RunDuplicate', 1);
        return 'duplicate' as const;
      }
      context.claim = claim;
      return undefined;
    },
    async after({ context, response }) {
      await context.claim?.done(typeof response === 'object' && response !== null ? response : {});
    },
    async onError({ context, error }) {
      // The run has failed for another reason already, which must not be hidden by this one.
      await context.claim?.failed(codeOf(error)).catch((failure) => context.log.failure('The run record could not be written.', failure));
    },
  };
}
