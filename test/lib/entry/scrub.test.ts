import { inspect } from 'node:util';
import type { Context } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { BoxRequestFailed } from '../../../lib/box/box-error.ts';
import type { PlainJob } from '../../../lib/declare/job.ts';
import type { Webhook } from '../../../lib/declare/webhook.ts';
import { deliver } from '../../../lib/entry/deliver.ts';
import { reconcile } from '../../../lib/entry/reconcile.ts';
import { scheduled } from '../../../lib/entry/scheduled.ts';
import { scrub } from '../../../lib/entry/scrub.ts';
import { NightporterError } from '../../../lib/errors.ts';

/** What Lambda is told of it. */
const told = async (thrown: unknown): Promise<unknown> => {
  const failing = scrub(async () => {
    throw thrown;
  });
  return failing().catch((error: unknown) => error);
};

describe('what Lambda is told of a failure', () => {
  it('is the code and the sentence of an error of ours, and nothing that it carries', async () => {
    const error = new BoxRequestFailed({ method: 'GET', path: '/canary', status: 400, boxMessage: 'canary', contextInfo: 'canary' });
    const ours = new NightporterError('BOX_UNREACHABLE', 'Try again later.', { cause: Object.assign(error, { headers: 'canary' }) });
    expect(await told(ours)).toMatchObject({ name: 'BOX_UNREACHABLE', message: 'Try again later.' });
    expect(inspect(await told(ours), { depth: 9, showHidden: true })).not.toContain('canary');
    expect(await told(error)).toMatchObject({ name: 'BOX_REQUEST_FAILED', message: error.message });
  });

  it.each([Object.assign(new Error('canary'), { config: 'canary' }), 'canary', { canary: 1 }])(
    'is nothing of what somebody else threw: %o',
    async (thrown) => {
      expect(await told(thrown)).toMatchObject({ name: 'JOB_FAILED', message: expect.stringMatching(/^Look at the log/) });
      expect(inspect(await told(thrown), { depth: 9, showHidden: true })).not.toContain('canary');
    },
  );

  it('is that, whichever way in it came', async () => {
    const parts = { managers: {}, capabilities: [] };
    const context = { awsRequestId: 'r', getRemainingTimeInMillis: () => 1000 } as Context;
    const outside = expect.objectContaining({ name: 'ENVIRONMENT_INVALID' });
    await expect((await scheduled({} as PlainJob, parts))({}, context)).rejects.toEqual(outside);
    await expect((await reconcile({} as PlainJob, parts))({}, context)).rejects.toEqual(outside);
    await expect((await deliver({} as Webhook, parts))({ Records: [] })).rejects.toEqual(outside);
  });
});
