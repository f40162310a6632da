import { file, folder, managedUser, serviceAccount, setting, type Webhook, webhook, z } from 'nightporter';
import { describe, expect, it } from 'vitest';
import { enabledWebhooks } from '../../infra/enabled-webhooks.ts';
import { readStage } from '../../infra/settings.ts';

const base = { impact: 'Nothing.', runAs: serviceAccount(), handle: async () => undefined } as const;
const archive = webhook({
  ...base,
  triggers: ['FILE.UPLOADED'],
  target: folder(setting('inbox')),
  params: z.strictObject({ days: z._default(z.number(), 1) }),
});
const guard = webhook({ ...base, triggers: ['SHARED_LINK.CREATED'], target: file('77'), mode: 'report' });

function enabled(stage: object, declarations: Readonly<Record<string, Webhook>> = { archive, guard } as never) {
  const discovered = Object.entries(declarations).map(([name, declaration]) => ({ name, file: `${name}.ts`, declaration }));
  return enabledWebhooks(readStage({ dev: stage }, 'dev'), discovered);
}

describe('a webhook', () => {
  it('is off until the stage names it', () => {
    expect(enabled({})).toEqual([]);
  });

  it('has its targets from a setting, its mode and params from the stage', () => {
    const settings = { inbox: '12, 13', other: 'x' };
    const webhooks = { archive: { params: { days: 2 } }, guard: { mode: 'enforce' } };
    expect(enabled({ settings, webhooks, ingress: 'http-api' })).toMatchObject([
      {
        id: 'archive',
        app: 'default',
        targets: [
          { type: 'folder', id: '12' },
          { type: 'folder', id: '13' },
        ],
        ingress: 'http-api',
        params: { days: 2 },
        settings: { inbox: '12, 13' },
      },
      { id: 'guard', targets: [{ type: 'file', id: '77' }], mode: 'enforce', settings: {} },
    ]);
  });

  it('is reached by a function URL, and only reports, unless the stage says otherwise', () => {
    expect(enabled({ webhooks: { guard: true } })).toMatchObject([{ ingress: 'function-url', mode: 'report' }]);
  });
});

describe('a mistake is named in one sentence', () => {
  const inbox = (value: string) => ({ settings: { inbox: value }, webhooks: { archive: true } });
  const twin = webhook({ ...base, triggers: ['FILE.MOVED'], target: file('77') });
  const asUser = webhook({ ...base, triggers: ['FILE.MOVED'], target: file('1'), runAs: managedUser(setting('clerk')) });
  it.each([
    ['an unknown webhook', { webhooks: { other: true } }, {}, 'stages.dev.webhooks.other in cdk.json: there is no such webhook'],
    ['a missing target', { webhooks: { archive: true } }, {}, 'stages.dev.settings.inbox in cdk.json: the webhook archive needs the id'],
    ['a missing user', { webhooks: { asUser: true } }, { asUser }, 'stages.dev.settings.clerk in cdk.json'],
    ['the root folder', inbox('0'), {}, 'Box takes no webhook on the root folder'],
    ['a name for an id', inbox('Inbox'), {}, 'needs the Box id of a folder'],
    ['nothing for an id', inbox('1,,2'), {}, 'needs the Box id of a folder'],
    ['an app that the stage lacks', { ...inbox('1'), apps: { other: {} } }, {}, 'stages.dev.apps in cdk.json: the webhook archive uses'],
    ['a mode for one that has none', { settings: { inbox: '1' }, webhooks: { archive: { mode: 'report' } } }, {}, 'has no modes'],
    ['an unknown param', { settings: { inbox: '1' }, webhooks: { archive: { params: { hours: 1 } } } }, {}, 'webhooks.archive.params'],
    ['an unknown ingress', { ingress: 'alb' }, {}, 'use "function-url" or "http-api"'],
    ['two webhooks on one item', { webhooks: { guard: true, twin: true } }, { guard, twin }, 'guard is on the file 77 too'],
    ['two names for one output', { webhooks: { 'a-1': true, a1: true } }, { 'a-1': guard, a1: twin }, `"a1" and "a-1" can't be told apart`],
  ])('%s', (_, stage, declarations, sentence) => {
    const all = { archive, guard, ...declarations } as unknown as Readonly<Record<string, Webhook>>;
    expect(() => enabled(stage, all)).toThrow(sentence);
  });

  it('messages that nobody would get, once the webhook does more than report', () => {
    const loud = webhook({ ...base, triggers: ['FILE.MOVED'], target: file('1'), mode: 'report', uses: ['notify:send'] });
    const on = (stage: object) => () => enabled(stage, { loud } as never);
    const sentence =
      'Correct stages.dev.notify in cdk.json: name a mail address: the webhook loud sends messages, and nobody would get them.';
    expect(on({ webhooks: { loud: { mode: 'enforce' } } })).toThrow(sentence);
    expect(on({ webhooks: { loud: { mode: 'enforce' } }, notify: 'porter@example.com' })).not.toThrow();
    expect(on({ webhooks: { loud: true } })).not.toThrow();
  });

  it('limits that AWS would refuse', () => {
    const tooLong = webhook({ ...base, triggers: ['FILE.MOVED'], target: file('1'), timeoutMinutes: 15 });
    expect(() => enabled({ webhooks: { x: true } }, { x: tooLong } as never)).toThrow('Correct x: timeoutMinutes');
    const alone = webhook({ ...base, triggers: ['FILE.MOVED'], target: file('1'), concurrency: 1 });
    expect(() => enabled({ webhooks: { x: true } }, { x: alone } as never)).toThrow('Correct x: concurrency');
  });
});
