import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startAws } from '../sandbox/aws/index.ts';
import { startBox } from '../sandbox/box/server.ts';
import { type Installed, installExample } from './installed.ts';

const modules = join(import.meta.dirname, '../../node_modules');

let installed: Installed;
beforeAll(async () => {
  installed = await installExample();
});
afterAll(() => installed[Symbol.asyncDispose]());

describe('the packed library', { timeout: 60_000 }, () => {
  it('is laid out as Node, bundlers and TypeScript expect', async () => {
    const { messages, pkg } = await publint({ pkgDir: installed.packed, pack: false, strict: true });
    expect(messages.map((message) => formatMessage(message, pkg ?? {}))).toEqual([]);
  });

  it('types an app that has a functions folder of its own', async () => {
    expect(await installed.node([join(modules, 'typescript/bin/tsc'), '--project', '.'])).toBe('');
  });

  it('makes that app’s stacks, whose jobs run, and its command finds them', async () => {
    await installed.node([join(modules, 'aws-cdk/bin/cdk'), 'synth', '--quiet']);
    const box = await startBox({ users: 30 });
    const aws = await startAws({ assembly: join(installed.app, 'cdk.out'), environment: { BOX_ENDPOINT_URL: box.url } });
    try {
      await aws.deploy();
      const { accessKeyId, secretAccessKey, region } = aws.operator;
      const environment = {
        AWS_ENDPOINT_URL: aws.endpoint,
        AWS_REGION: region,
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
        BOX_ENDPOINT_URL: box.url,
      };
      const nightporter = (command: string, input?: string) => {
        const words = [
          'node_modules/nightporter/dist/infra/cli/main.js',
          ...command.split(' '),
          '--stage',
          'records',
          '--stack',
          'Records',
        ];
        return installed.node(words, { environment, ...(input !== undefined && { input }) });
      };
      const { clientId, clientSecret, enterpriseId } = box.app;
      const credentials = { boxAppSettings: { clientID: clientId, clientSecret }, enterpriseID: enterpriseId };
      await nightporter('secret put', JSON.stringify(credentials));
      const { EmptyAccountsSchedule = '', GrantCheckSchedule = '' } = aws.outputs('Records');
      const active = Array.from({ length: 30 }, (_, index) => box.enterprise.userAt(index)).filter(
        ({ status }) => status === 'active',
      ).length;
      const night = { scheduledTime: new Date('2026-11-22T05:00:00Z') };
      expect((await aws.fire(EmptyAccountsSchedule, night)).attempts.at(-1)).toMatchObject({ payload: { found: active } });
      expect((await aws.fire(GrantCheckSchedule, night)).attempts.at(-1)).toMatchObject({ payload: { checked: 1, refused: 0 } });
      expect(await nightporter('status')).toMatch(/empty-accounts +done +2026-11-22T05:00:00Z/);
      expect(await nightporter('run empty-accounts --id by-hand')).toContain('Started empty-accounts as by-hand.');
      expect(await nightporter('report open empty-accounts --print')).toMatch(/^http.*report\.html/);
    } finally {
      await aws.stop();
      await box.close();
    }
  });

  it('refuses a job that is called as one of its own', async () => {
    const taken = join(installed.app, 'functions/scheduled/grant-check.ts');
    await cp(join(installed.app, 'functions/scheduled/empty-accounts.ts'), taken);
    await expect(installed.node(['app.ts'], { environment: { CDK_CONTEXT_JSON: '{"stage":"a","stages":{"a":{}}}' } })).rejects.toThrow(
      'Correct functions/scheduled/grant-check.ts: rename it, node_modules/nightporter/dist/functions/system/grant-check.js has the same name.',
    );
    await rm(taken);
  });
});
