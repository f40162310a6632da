import type { Context } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { type PipelineParts, pipeline } from '../../../lib/entry/pipeline.ts';
import { NightporterError } from '../../../lib/errors.ts';
import { createLog } from '../../../lib/observe/log.ts';
import type { Claims } from '../../../lib/run/claim.ts';
import type { AnyContext, SessionFactory } from '../../../lib/session/session.ts';

const event = { scheduledTime: '2026-11-22T02:00:00Z' };

function parts(claims?: Claims) {
  const lines: Record<string, unknown>[] = [];
  const closed: string[] = [];
  const sessions: SessionFactory = {
    warm: async () => {},
    look: () => undefined,
    open: ({ run, log, signal }) => ({
      context: { run, log, signal } as unknown as AnyContext,
      close: async () => void closed.push(run.id),
    }),
  };
  const log = createLog({ stage: 'test', job: 'job', write: (line) => lines.push(JSON.parse(line)) });
  const made: PipelineParts = { name: 'job', log, sessions, claims };
  return { parts: made, lines, closed, metrics: () => lines.flatMap((line) => Object.keys(line).filter((key) => key.startsWith('Run'))) };
}

function claimsThat(answer: 'work' | 'duplicate') {
  const ended: string[] = [];
  const claims: Claims = {
    warm: async () => {},
    claim: async ({ due }) =>
      answer === 'work'
        ? {
            attempt: 2,
            done: async (counts) => void ended.push(`done ${due} ${JSON.stringify(counts)}`),
            failed: async (code) => void ended.push(`failed ${code}`),
          }
        : undefined,
  };
  return { claims, ended };
}

const lambda = (remainingMs = 60_000) => ({ awsRequestId: 'request-1', getRemainingTimeInMillis: () => remainingMs }) as Context;

describe('a run', () => {
  it('is handed its due time and attempt, and leaves a record, a line and a metric', async () => {
    const { claims, ended } = claimsThat('work');
    const { parts: made, lines, closed, metrics } = parts(claims);
    let run: AnyContext['run'] | undefined;
    const result = await pipeline(async (context) => {
      run = context.run;
      return { users: 3 };
    }, made)(event, lambda());
    expect(run).toEqual({ id: 'request-1', job: 'job', scheduledTime: new Date(event.scheduledTime), attempt: 2 });
    expect(result).toEqual({ users: 3 });
    expect(ended).toEqual(['done 2026-11-22T02:00:00Z {"users":3}']);
    expect(lines[0]).toMatchObject({ level: 'INFO', message: 'Run done.', run: 'request-1', users: 3, coldStart: true });
    expect(metrics()).toEqual(['RunSucceeded', 'RunLag']);
    expect(lines[0]).toMatchObject({ RunSucceeded: 1, UsersDone: 3 });
    expect(closed).toEqual(['request-1']);
  });

  it('does nothing when another run has its due time, and says so', async () => {
    const { claims } = claimsThat('duplicate');
    const { parts: made, metrics } = parts(claims);
    const result = await pipeline(() => expect.unreachable(), made)(event, lambda());
    expect(result).toBe('duplicate');
    expect(metrics()).toEqual(['RunDuplicate']);
  });

  it('that fails is failed for Lambda too, with its code in the record and the log', async () => {
    const { claims, ended } = claimsThat('work');
    const { parts: made, lines, closed, metrics } = parts(claims);
    const error = new NightporterError('BOX_UNREACHABLE', 'Try again later.');
    await expect(pipeline(() => Promise.reject(error), made)(event, lambda())).rejects.toBe(error);
    expect(ended).toEqual(['failed BOX_UNREACHABLE']);
    expect(lines[0]).toMatchObject({ level: 'ERROR', error: 'BOX_UNREACHABLE', reason: 'Try again later.' });
    expect(metrics()).toEqual(['RunFailed']);
    expect(closed).toEqual(['request-1']);
  });

  it('is stopped before its deadline even when the job does not look at its signal', async () => {
    const { claims, ended } = claimsThat('work');
    const { parts: made } = parts(claims);
    let reason: unknown;
    const never = pipeline(({ signal }) => {
      signal.addEventListener('abort', () => {
        reason = signal.reason;
      });
      return new Promise(() => {});
    }, made);
    await expect(never(event, lambda(200))).rejects.toMatchObject({ code: 'RUN_TOO_LONG' });
    expect(reason).toMatchObject({ code: 'RUN_TOO_LONG' });
    expect(ended).toEqual(['failed RUN_TOO_LONG']);
  });

  it.each([{}, { scheduledTime: 'tomorrow' }, { manual: '' }, { manual: 'a', scheduledTime: event.scheduledTime }, null, 'x'])(
    'does not begin for the event %j',
    async (bad) => {
      const { parts: made, metrics } = parts();
      await expect(pipeline(() => expect.unreachable(), made)(bad, lambda())).rejects.toMatchObject({ code: 'EVENT_INVALID' });
      expect(metrics()).toEqual(['RunFailed']);
    },
  );

  it('started by a person claims its own id', async () => {
    const { claims, ended } = claimsThat('work');
    await pipeline(async () => ({}), parts(claims).parts)({ manual: 'by-hand' }, lambda());
    expect(ended).toEqual(['done manual#by-hand {}']);
  });

  it('keeps its own error when its record can not be written', async () => {
    const claims: Claims = {
      warm: async () => {},
      claim: async () => ({ attempt: 1, done: async () => {}, failed: () => Promise.reject(new Error('table gone')) }),
    };
    await expect(pipeline(() => Promise.reject(new Error('the job')), parts(claims).parts)(event, lambda())).rejects.toThrow('the job');
  });
});
