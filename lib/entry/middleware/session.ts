import type { SessionFactory } from '../../session/session.ts';
import type { Middleware } from '../run-context.ts';

/** Hands the job what it declared, and cleans up behind it. */
export function withSession(sessions: SessionFactory, job: string): Middleware {
  return {
    before({ context }) {
      const { due, awsRequestId, claim, log, signal, remainingMs } = context;
      const run = {
        id: awsRequestId,
        job,
        scheduledTime: due.scheduledTime,
        attempt: claim?.attempt ?? 1,
      };
      context.session = sessions.open({ run, log, signal, remainingMs, params: due.params });
    },
    after: ({ context }) => context.session.close(),
    // The session is not there when what comes before it has failed.
    onError: ({ context }) => context.session?.close(),
  };
}
