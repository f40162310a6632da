import { cp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startAws } from '../sandbox/aws/index.ts';
import { call, mint, upload } from '../sandbox/box/http/box-http.ts';
import { startBox } from '../sandbox/box/server.ts';
import { type Installed, installExample } from './installed.ts';

const modules = join(import.meta.dirname, '../../node_modules');

type Resources = Readonly<Record<string, { readonly Type: string; readonly Properties: Readonly<Record<string, unknown>> }>>;

let installed: Installed;
beforeAll(async () => {
  installed = await installExample();
});
afterAll(() => installed[Symbol.asyncDispose]());

describe('the packed library', { timeout: 120_000 }, () => {
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
      const { EmptyAccountsSchedule = '', GrantCheckSchedule = '', WebhooksSchedule = '' } = aws.outputs('Records');
      const active = Array.from({ length: 30 }, (_, index) => box.enterprise.userAt(index)).filter(
        ({ status }) => status === 'active',
      ).length;
      const night = { scheduledTime: new Date('2026-11-22T05:00:00Z') };
      expect((await aws.fire(EmptyAccountsSchedule, night)).attempts.at(-1)).toMatchObject({ payload: { found: active } });
      expect((await aws.fire(GrantCheckSchedule, night)).attempts.at(-1)).toMatchObject({ payload: { checked: 1, refused: 0 } });
      expect(await nightporter('status')).toMatch(/empty-accounts +done +2026-11-22T05:00:00Z/);
      expect(await nightporter('run empty-accounts --id by-hand')).toContain('Started empty-accounts as by-hand.');
      expect(await nightporter('report open empty-accounts --print')).toMatch(/^http.*report\.html/);
      const { primary: primaryKey, secondary: secondaryKey } = box.webhooks.queue.keys;
      await nightporter('secret put --webhook-keys', JSON.stringify({ primaryKey, secondaryKey }));
      const inbox = (await call(box, await mint(box), 'POST', '/2.0/folders', { name: 'Inbox', parent: { id: '0' } })).body;
      await aws.fire(WebhooksSchedule, night);
      const { file } = await upload(box, await mint(box), { name: 'deed', folder: String(inbox.id), content: 'deed' });
      await box.webhooks.deliverDue(1);
      await aws.events.drain();
      const described = await call(box, await mint(box), 'GET', `/2.0/files/${file.id}?fields=description`);
      expect(described.body.description).toBe(`record ${file.id}`);
      const [attempt] = box.webhooks.queue.attempts;
      expect(await nightporter(`deliveries show name-records ${attempt?.messageId}`)).toMatch(/done/);
    } finally {
      await aws.stop();
      await box.close();
    }
  });

  it('does with everything in a stack what the stage says', async () => {
    const output = join(installed.app, 'strict.out');
    await installed.node([join(modules, 'aws-cdk/bin/cdk'), 'synth', '--quiet', '--context', 'stage=production', '--output', output]);
    const { artifacts } = JSON.parse(await readFile(join(output, 'manifest.json'), 'utf8'));
    expect(artifacts.Records.properties.terminationProtection).toBe(true);
    const { Resources } = JSON.parse(await readFile(join(output, 'Records.template.json'), 'utf8')) as { Resources: Resources };
    const all = Object.values(Resources);
    const roles = all.filter(({ Type }) => Type === 'AWS::IAM::Role');
    expect(roles.length).toBeGreaterThan(5);
    for (const { Properties } of roles) {
      expect(Properties.PermissionsBoundary).toBe('arn:aws:iam::111122223333:policy/boundary');
      expect(Properties.Tags).toEqual(expect.arrayContaining([{ Key: 'cost-centre', Value: '4711' }]));
    }
    expect(all.map(({ Type }) => Type)).toContain('AWS::Budgets::Budget');
  });

  it('makes the stacks of a stage, and breaks no rule, in an app that has none of our feature flags', async () => {
    const { context: own } = JSON.parse(await readFile(join(installed.app, 'cdk.json'), 'utf8'));
    const CDK_CONTEXT_JSON = JSON.stringify({ ...own, stage: 'production' });
    const CDK_OUTDIR = join(installed.app, 'stage.out');
    await installed.node(['stage.ts'], { environment: { CDK_CONTEXT_JSON, CDK_OUTDIR } });
    const { artifacts } = JSON.parse(await readFile(join(CDK_OUTDIR, 'manifest.json'), 'utf8'));
    for (const part of ['Foundation', 'Jobs', 'Webhooks']) expect(artifacts).toHaveProperty(`Nightporter-production-${part}`);
  });

  it.each(['grant-check', 'webhooks'])('refuses a job that is called as one of its own: %s', async (name) => {
    const taken = join(installed.app, `functions/scheduled/${name}.ts`);
    await cp(join(installed.app, 'functions/scheduled/empty-accounts.ts'), taken);
    await expect(installed.node(['app.ts'], { environment: { CDK_CONTEXT_JSON: '{"stage":"a","stages":{"a":{}}}' } })).rejects.toThrow(
      `Correct functions/scheduled/${name}.ts: rename it, node_modules/nightporter/dist/functions/system/${name}.js has the same name.`,
    );
    await rm(taken);
  });
});
