import { text } from 'node:stream/consumers';
import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { closeConnections } from '../../../lib/http/origin.ts';
import { boxClock } from '../../../lib/token/box-clock.ts';
import { requestGrant } from '../../../lib/token/grant.ts';
import { Redacted } from '../../../lib/token/redacted.ts';
import type { Subject } from '../../../lib/token/subject.ts';
import type { Fault } from '../../sandbox/box/faults/fault.ts';
import { type BoxSimulator, startBox } from '../../sandbox/box/server.ts';
import type { AppSettings } from '../../sandbox/box/tokens/app-settings.ts';
import { listen } from '../listen.ts';

const enterprise: Subject = { type: 'enterprise' };
const user: Subject = { type: 'user', id: '11000001' };

afterEach(closeConnections);

const grant = (
  box: BoxSimulator,
  subject: Subject = enterprise,
  secret = box.app.clientSecret,
  signal?: AbortSignal,
  remainingMs?: () => number,
) =>
  requestGrant({
    apiUrl: box.url,
    credentials: { clientId: box.app.clientId, clientSecret: new Redacted(secret), enterpriseId: box.app.enterpriseId, versionId: 'v1' },
    subject,
    signal,
    remainingMs,
    clock: boxClock(Date.now),
  });

const grantAt = (apiUrl: string, subject: Subject) =>
  requestGrant({
    apiUrl,
    credentials: { clientId: 'an-id', clientSecret: new Redacted('a-secret'), enterpriseId: '900001', versionId: 'v1' },
    subject,
    clock: boxClock(Date.now),
  });

const requests = (box: BoxSimulator) => box.journal.entries.filter(({ path }) => path === '/oauth2/token');

describe('a grant', () => {
  it.each([
    ['enterprise', enterprise],
    ['user', user],
  ])('is asked for as %s, with the form that Box documents', async (_, subject) => {
    await using box = await startBox();
    const { lifeMs, startedAt } = await grant(box, subject);
    expect(lifeMs).toBeGreaterThan(3_600_000);
    expect(startedAt).toBeLessThanOrEqual(Date.now());
    expect(requests(box)[0]?.bodyKeys).toEqual(['grant_type', 'client_id', 'client_secret', 'box_subject_type', 'box_subject_id']);
  });

  const refused: readonly [string, Partial<AppSettings>, Subject, RegExp][] = [
    ['the access level does not reach users', { access: 'app' }, user, /App \+ Enterprise Access/],
    ['user tokens are not enabled', { userTokens: false }, user, /Generate user access tokens/],
    ['the app is not authorized', { authorized: false }, enterprise, /[Aa]uthorize the app/],
    ['the app is of another type', { authMethod: 'oauth2' }, enterprise, /Client Credentials Grant/],
  ];
  it.each(refused)('is refused once and explained when %s', async (_, settings, subject, cause) => {
    await using box = await startBox({ appSettings: settings });
    const error = await grant(box, subject).catch((thrown) => thrown);
    expect(error).toMatchObject({ code: 'BOX_GRANT_REFUSED', subjectType: subject.type });
    expect(JSON.stringify(error.diagnosis.causes)).toMatch(cause);
    expect(requests(box)).toHaveLength(1);
  });

  it('is refused for a wrong pair without showing the secret anywhere', async () => {
    await using box = await startBox();
    const error = await grant(box, enterprise, 'canary-secret').catch((thrown) => thrown);
    expect(error.diagnosis.causes.map(({ cause }: { cause: string }) => cause).join()).toMatch(/id and client secret/);
    const shown = [inspect(error, { depth: 9, showHidden: true }), JSON.stringify({ ...error }), error.stack, String(error)].join();
    expect(shown).not.toContain('canary-secret');
  });

  it.each([429, 500, 503])('waits as long as Retry-After says after a %i, then succeeds', async (status) => {
    await using box = await startBox();
    box.faults.once({ path: '/oauth2/token' }, { kind: 'status', status, headers: { 'retry-after': '1' } });
    const startedAt = Date.now();
    await grant(box);
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(1_000);
    expect(requests(box).map((entry) => entry.status)).toEqual([status, 200]);
  });

  it.each([429, 503])('is not waited for when what Retry-After says after a %i does not fit into what is left', async (status) => {
    await using box = await startBox();
    box.faults.always({ path: '/oauth2/token' }, { kind: 'status', status, headers: { 'retry-after': '60' } });
    const error = await grant(box, enterprise, box.app.clientSecret, AbortSignal.timeout(3_000), () => 59_000).catch((thrown) => thrown);
    expect(error).toMatchObject({ code: 'BOX_UNREACHABLE', retryAfterMs: 60_000 });
    expect(error.message).toContain('60 seconds');
    expect(requests(box)).toHaveLength(1);
  });

  it('is not taken from an answer without an end, of which little is read', async () => {
    let sent = 0;
    await using server = await listen((request, response) => {
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536, 'x'))) sent += 65_536;
      };
      request.resume().on('end', more);
      response.on('drain', more);
    });
    const source = { clientId: 'id', clientSecret: new Redacted('secret'), enterpriseId: '1', versionId: 'v1' };
    const pending = requestGrant({ apiUrl: server.url, credentials: source, subject: enterprise, clock: boxClock(Date.now) });
    await expect(pending).rejects.toMatchObject({ code: 'BOX_RESPONSE_INVALID' });
    expect(sent).toBeLessThan(32 * 2 ** 20);
  });

  it('is asked for again after a lost connection', async () => {
    await using box = await startBox();
    box.faults.once({ path: '/oauth2/token' }, { kind: 'reset' });
    await expect(grant(box)).resolves.toBeDefined();
  });

  const unusable: readonly [string, Fault][] = [
    ['a page of HTML', { kind: 'html' }],
    ['an empty body', { kind: 'empty' }],
    ['no expires_in', { kind: 'expiresIn', seconds: undefined }],
    ['an expires_in of 0', { kind: 'expiresIn', seconds: 0 }],
    ['an expires_in of 10^12', { kind: 'expiresIn', seconds: 1e12 }],
    ['an expires_in below 0', { kind: 'expiresIn', seconds: -5 }],
  ];
  it.each(unusable)('is not taken from %s', async (_, fault) => {
    await using box = await startBox();
    box.faults.always({ path: '/oauth2/token' }, fault);
    await expect(grant(box)).rejects.toMatchObject({ code: 'BOX_RESPONSE_INVALID' });
  });

  it.each([
    ['whose expires_in is a text', { access_token: 'a-token', expires_in: '3600' }],
    ['with a token of 100 kB', { access_token: 'x'.repeat(100_000), expires_in: 3_600 }],
    ['with a token that would end a header', { access_token: 'a-token\r\nas-user: 1', expires_in: 3_600 }],
    ['that is a list', [{ access_token: 'a-token', expires_in: 3_600 }]],
  ])('is not taken from an answer %s', async (_, body) => {
    await using server = await listen((request, response) => request.resume().on('end', () => response.end(JSON.stringify(body))));
    await expect(grantAt(server.url, enterprise)).rejects.toMatchObject({ code: 'BOX_RESPONSE_INVALID' });
  });

  it.each(['1&box_subject_type=enterprise', '../../1', '1\n2', 'ann@example.com', '1%26', '\u0000'])(
    'names its subject and nothing else, whatever stands in the id: %j',
    async (id) => {
      const forms: string[] = [];
      await using server = await listen((request, response) => {
        void text(request).then((form) => {
          forms.push(form);
          response.end(JSON.stringify({ access_token: 'a-token', expires_in: 3_600 }));
        });
      });
      await grantAt(server.url, { type: 'user', id });
      const form = new URLSearchParams(forms[0]);
      expect(form.getAll('box_subject_type')).toEqual(['user']);
      expect(form.getAll('box_subject_id')).toEqual([id]);
    },
  );

  it('ends with its signal when Box hangs', async () => {
    await using box = await startBox();
    box.faults.always({ path: '/oauth2/token' }, { kind: 'hang' });
    const reason = new Error('too long');
    const controller = new AbortController();
    setTimeout(() => controller.abort(reason), 30);
    await expect(grant(box, enterprise, box.app.clientSecret, controller.signal)).rejects.toBe(reason);
  });
});
