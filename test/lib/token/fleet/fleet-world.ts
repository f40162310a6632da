import { type AttributeValue, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { startBox } from '../../../sandbox/box/server.ts';
import type { AppSettings } from '../../../sandbox/box/tokens/app-settings.ts';
import type { RunsTable } from '../../run/table.ts';
import { Container } from './container.ts';
import { type Asked, forward, Internet, type Passed } from './internet.ts';
import { kms } from './kms.ts';
import { ClientSecret } from './secret.ts';

export interface WorldOptions {
  /** The fleet shares its service account's token in this table. */
  readonly table?: RunsTable;
  readonly expiresInSeconds?: number;
  /** How long store and KMS may take; a second, as in the product, if left out. */
  readonly storeTimeoutMs?: number;
  /** How often a container that waits for a new secret looks for it, on its timers; 30 ms if left out. */
  readonly rotationPollMs?: number;
  /** Where its clock stands at first. */
  readonly startAt?: number;
  /** Box's word for a client secret that was reset. */
  readonly deadPair?: AppSettings['deadPair'];
}

/** A token as Box knows it. */
interface Issued {
  readonly expiresAt: number;
}

type Item = Record<string, AttributeValue>;

let worlds = 0;

/** A Box, the AWS services and a fleet, on a clock that the test moves. */
export async function openWorld({
  table,
  expiresInSeconds = 3_600,
  startAt = 1_800_000_000_000,
  storeTimeoutMs = 1_000,
  rotationPollMs = 30,
  deadPair = 'invalid_client',
}: WorldOptions = {}) {
  let now = startAt;
  const trueTime = () => now;
  const scope = `world ${++worlds}`;
  const issued = new Map<string, Issued>();
  const due: { readonly at: number; readonly happen: () => void }[] = [];
  const box = await startBox({
    now: trueTime,
    users: 5,
    contentFolders: 1,
    expiresInSeconds,
    ratePerMinute: 1_000_000,
    appSettings: { deadPair },
    onExchange({ path, status, responseBody }) {
      if (path !== '/oauth2/token' || status !== 200) return;
      const token: string = JSON.parse(responseBody).access_token;
      issued.set(token, { expiresAt: now + expiresInSeconds * 1_000 });
    },
  });
  const containers = new Map<string, Container>();
  const expiredCalls: string[] = [];
  const lookAtToken = ({ container: name, headers }: Asked): void => {
    const token = headers.authorization?.slice('Bearer '.length) ?? '';
    const container = containers.get(name);
    const overdueMs = (container?.handedAt(token) ?? now) - (issued.get(token)?.expiresAt ?? Number.NaN);
    if (!(overdueMs <= (container?.clock.unnoticedMs ?? 0))) expiredCalls.push(`${name} sent a token ${overdueMs} ms after its end`);
  };
  const secret = new ClientSecret(box, trueTime);
  const storeUrl = table?.url ?? '';
  const internet = new Internet(trueTime, {
    box(asked) {
      if (asked.path === '/oauth2/token') return forward(box.url, { ...asked, body: secret.read(asked.body) });
      lookAtToken(asked);
      return forward(box.url, asked);
    },
    store: (asked) => forward(storeUrl, asked),
    kms: kms(),
    secrets: async () => secret.answer(),
  });
  const url = await internet.open();
  const itemOf = async (): Promise<Item> => {
    const Key = { pk: { S: `token ${scope} enterprise` } };
    return (await table?.client.send(new GetItemCommand({ TableName: table.name, Key, ConsistentRead: true })))?.Item ?? {};
  };
  const writeItem = (item: Item) => table?.client.send(new PutItemCommand({ TableName: table.name, Item: item }));

  return {
    /** Of the fleet's internet; a container's name follows. */
    url,
    box,
    secret,
    internet,
    /** Calls that went out with a token of which the container could know that it had expired. */
    expiredCalls,
    trueTime,
    addContainer(): Container {
      const name = `container-${containers.size}`;
      const container = new Container(name, { url: `${url}/${name}`, trueTime, table: table?.name, scope, storeTimeoutMs, rotationPollMs });
      containers.set(name, container);
      return container;
    },
    /** Lets time pass; what is due meanwhile happens at its moment. */
    pass(ms: number): void {
      const until = now + ms;
      for (const event of due.toSorted((a, b) => a.at - b.at)) {
        if (event.at > until) break;
        due.splice(due.indexOf(event), 1);
        now = Math.max(now, event.at);
        event.happen();
      }
      now = until;
    },
    /** When the next thing is to happen. */
    get nextDue(): number | undefined {
      return due.length === 0 ? undefined : Math.min(...due.map(({ at }) => at));
    },
    after(ms: number, happen: () => void): void {
      due.push({ at: now + ms, happen });
    },
    revokeAll(): void {
      box.tokens.revokeAll();
    },
    /** Every token that Box has given out. */
    tokens: (): readonly string[] => [...issued.keys()],
    /** What stands in the shared table for this fleet. */
    item: itemOf,
    /** As somebody might who can write to the table. */
    async copyItemTo(other: { readonly scope: string }): Promise<void> {
      await writeItem({ ...(await itemOf()), pk: { S: `token ${other.scope} enterprise` } });
    },
    async moveEndOfItem(byMs: number): Promise<void> {
      const item = await itemOf();
      await writeItem({ ...item, tokenExpiresAt: { N: String(Number(item.tokenExpiresAt?.N) + byMs) } });
    },
    scope,
    /** Token requests that Box granted, as its own journal has them. */
    mints: (subject?: string) =>
      box.journal.entries.filter(
        (entry) => entry.path === '/oauth2/token' && entry.status === 200 && (!subject || entry.subject === subject),
      ).length,
    requests: (match: Partial<Passed>) =>
      internet.passed.filter((passed) => Object.entries(match).every(([name, value]) => passed[name as keyof Passed] === value)).length,
    async [Symbol.asyncDispose]() {
      await internet.close();
      await box.close();
    },
  };
}

export type World = Awaited<ReturnType<typeof openWorld>>;
