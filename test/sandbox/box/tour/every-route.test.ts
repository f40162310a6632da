import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openContract } from '../contract/contract.ts';
import { officialClient } from '../contract/official-client.ts';
import type { Exchange } from '../http/exchange.ts';
import { apiRoutes } from '../http/routes.ts';
import { type BoxSimulator, startBox } from '../server.ts';
import { everyRoute } from './every-route.ts';
import type { Tour } from './tour.ts';

const description = process.env.BOX_OPENAPI;
const why = description ? '' : ' (skipped: BOX_OPENAPI does not name the file)';

const exchanges: Exchange[] = [];
/** By the stop of the tour at which they were made. */
const made = new Map<string, readonly Exchange[]>();
let box: BoxSimulator;
let tour: Tour;
beforeAll(async () => {
  const options = { users: 60, contentFolders: 60, smallestSession: 1000, eventLagSeconds: 0, transferSeconds: 0, commitDelaySeconds: 0 };
  box = await startBox({ ...options, onExchange: (exchange) => exchanges.push(exchange) });
  tour = {
    service: officialClient(box),
    user: officialClient(box, { userId: '11000001' }),
    other: officialClient(box, { userId: '11000003' }),
    address: `${box.url}/hook`,
    ...{
      file: '',
      folder: '',
      webLink: box.desk.webLink('11000001', '0', 'Intranet'),
      version: '',
      session: '',
      parts: [],
      collaboration: '',
      group: '',
      membership: '',
      webhook: '',
    },
    ...{ comment: '', task: '', person: '', alias: '', token: '' },
  };
});
afterAll(() => box.close());

describe("Box's own SDK, as the client of", () => {
  test.each(everyRoute)('%s', async (route, call) => {
    exchanges.length = 0;
    await call(tour);
    made.set(route, [...exchanges]);
    const [method, path = ''] = route.split(' ');
    const pattern = new RegExp(`^${path.replaceAll(/:\w+/g, '[^/]+').replaceAll('.', String.raw`\.`)}$`);
    const answered = exchanges.filter((exchange) => exchange.method === method && pattern.test(exchange.path));
    expect(answered.map(({ status }) => status)).toSatisfy((statuses: number[]) =>
      statuses.some((status) => status >= 200 && status < 304),
    );
    expect(exchanges.filter(({ status }) => status >= 400)).toEqual([]);
  });

  test('all that there are', () => {
    const named = new Set(everyRoute.map(([route]) => route));
    const missing = apiRoutes.map(({ method, path }) => `${method} ${path}`).filter((route) => !named.has(route));
    expect(missing).toEqual(['POST /oauth2/token/']);
  });
});

test.skipIf(!description)(`Box's own description fits every request of it and every answer${why}`, () => {
  const contract = openContract(description ?? '');
  expect([...made.keys()]).toEqual(everyRoute.map(([route]) => route));
  expect([...made.values()].flat().flatMap((exchange) => contract.checkExchange(exchange))).toEqual([]);
});
