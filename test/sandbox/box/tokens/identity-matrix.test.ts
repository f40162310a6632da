import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { askToken, call } from '../http/box-http.ts';
import { type BoxSimulator, startBox } from '../server.ts';
import type { AppSettings } from './app-settings.ts';

let box: BoxSimulator;
let appUser: string;
let leaver: string;
const managed = '11000005';
const administrator = '11000002';

beforeAll(async () => {
  box = await startBox({ users: 20, contentFolders: 3, ratePerMinute: Number.POSITIVE_INFINITY });
  box.enterprise.change(managed, { status: 'active' });
  const token = (await tokenOf())?.token ?? '';
  const make = async (name: string) => {
    const body = { name, is_platform_access_only: true, external_app_user_id: name };
    return String((await call(box, token, 'POST', '/2.0/users', body)).body.id);
  };
  [appUser, leaver] = [await make('crate'), await make('leaver')];
  await call(box, token, 'PUT', `/2.0/users/${leaver}`, { status: 'inactive' });
});
afterAll(() => box.close());

/** As the service account if no id is given. @returns undefined when it is refused */
async function tokenOf(userId?: string): Promise<{ readonly token: string } | undefined> {
  const answer = await askToken(box, userId === undefined ? {} : { box_subject_type: 'user', box_subject_id: userId });
  return answer.status === 200 ? { token: JSON.parse(answer.text).access_token } : undefined;
}

/** Whose id `users/me` has for the token of a user. */
const byToken = async (id: string) => {
  const granted = await tokenOf(id);
  return granted && (await call(box, granted.token, 'GET', '/2.0/users/me')).body?.id === id;
};
const byServiceAccount = async (method: string, path: string, body?: unknown, headers?: Record<string, string>) => {
  const granted = await tokenOf();
  return granted && (await call(box, granted.token, method, path, body, headers));
};
const byHeader = async (id: string) => (await byServiceAccount('GET', '/2.0/users/me', undefined, { 'as-user': id }))?.body?.id === id;
const reads = async (id: string) => (await byServiceAccount('GET', `/2.0/users/${id}`))?.status === 200;
const changes = async (id: string) => (await byServiceAccount('PUT', `/2.0/users/${id}`, { job_title: 'Porter' }))?.status === 200;
const lists = async (id: string, query = '') => {
  const { entries = [] } = (await byServiceAccount('GET', `/2.0/users?limit=1000&${query}`))?.body ?? {};
  return entries.some((user: { id: string }) => user.id === id);
};

type Switch = 'enterprise' | 'userTokens' | 'asUser';

/** What somebody wants, and all that it takes besides the authorization; `never` for what nothing makes possible. */
const matrix: readonly (readonly [want: string, needs: readonly Switch[] | 'never', outcome: () => Promise<boolean | undefined>])[] = [
  ['a token of the service account', [], async () => (await tokenOf()) !== undefined],
  ['its own content', [], async () => (await byServiceAccount('GET', '/2.0/folders/0/items'))?.status === 200],
  ['the list of its app users', [], () => lists(appUser)],
  ['the app user of an id of its own', [], () => lists(appUser, 'external_app_user_id=crate')],
  ['an app user', [], () => reads(appUser)],
  ['a change of an app user', [], () => changes(appUser)],
  ['managed users in the list', ['enterprise'], () => lists(managed)],
  ['a managed user', ['enterprise'], () => reads(managed)],
  ['a change of a managed user', ['enterprise'], () => changes(managed)],
  [
    "the enterprise's events",
    ['enterprise'],
    async () => (await byServiceAccount('GET', '/2.0/events?stream_type=admin_logs'))?.status === 200,
  ],
  ['a token of a managed user', ['enterprise', 'userTokens'], () => byToken(managed)],
  ['a token of an administrator', ['enterprise', 'userTokens'], () => byToken(administrator)],
  ['a token of an app user', ['userTokens'], () => byToken(appUser)],
  ['the header for a managed user', ['enterprise', 'asUser'], () => byHeader(managed)],
  ['the header for an app user', ['asUser'], () => byHeader(appUser)],
  ['a token of an inactive app user', 'never', () => byToken(leaver)],
  ['the header for an inactive app user', 'never', () => byHeader(leaver)],
  ['a token of the service account by its user id', 'never', () => byToken(box.enterprise.serviceAccount.id)],
  ['the header for the service account', 'never', () => byHeader(box.enterprise.serviceAccount.id)],
  ['a token of nobody', 'never', () => byToken('19999999')],
];

const settings = [true, false].flatMap((enterprise) =>
  [true, false].flatMap((userTokens) =>
    [true, false].flatMap((asUser) => [true, false].map((authorized) => ({ enterprise, userTokens, asUser, authorized }))),
  ),
);

describe.each(settings)(
  'with enterprise access: $enterprise, user tokens: $userTokens, as-user: $asUser, authorized: $authorized',
  (on) => {
    beforeAll(() => {
      const { enterprise, ...switches } = on;
      box.app.change({ access: enterprise ? 'enterprise' : 'app', ...switches } satisfies Partial<AppSettings>);
    });

    test('an app gets what the settings are enough for, and nothing else', async () => {
      const granted = await Promise.all(matrix.map(async ([want, , outcome]) => ((await outcome()) ? [want] : [])));
      const expected = matrix.filter(([, needs]) => needs !== 'never' && on.authorized && needs.every((name) => on[name]));
      expect(granted.flat()).toEqual(expected.map(([want]) => want));
    });
  },
);

test('with App Access Only an app makes app users and no others', async () => {
  box.app.change({ access: 'app', authorized: true });
  const login = 'new@northwind.example';
  expect((await byServiceAccount('POST', '/2.0/users', { name: 'Managed', login }))?.status).toBe(403);
  expect((await byServiceAccount('POST', '/2.0/users', { name: 'Own', is_platform_access_only: true }))?.status).toBe(201);
});
