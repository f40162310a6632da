import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import dynalite from 'dynalite';
import type { AwsRequest } from './http/aws-request.ts';
import { type Answer, Forwarder } from './http/forward.ts';
import type { Need } from './iam/authorize.ts';
import type { Keys } from './kms.ts';
import type { Operation, Service } from './service.ts';

type Input = Readonly<Record<string, unknown>>;

export interface Table {
  readonly name: string;
  readonly arn: string;
  readonly kmsKey: string | undefined;
  readonly keyNames: readonly string[];
}

const ofOneTable = new Set(['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query', 'Scan', 'DescribeTable', 'DescribeTimeToLive']);
const ofManyTables = new Set(['BatchGetItem', 'BatchWriteItem']);
const withoutData = new Set(['DescribeTable', 'DescribeTimeToLive']);

/** DynamoDB by dynalite, which has no transactions, streams or expiry of items. */
export class DynamoDb implements Service {
  readonly signingName = 'dynamodb';
  readonly protocol = 'json';
  readonly #tables = new Map<string, Table>();
  readonly #arnPrefix: string;
  readonly #accountId: string;
  readonly #keys: Keys;
  readonly #server: Server;
  readonly #forwarder: Forwarder;

  private constructor(server: Server, keys: Keys, region: string, accountId: string) {
    this.#server = server;
    this.#forwarder = new Forwarder((server.address() as AddressInfo).port);
    this.#keys = keys;
    this.#accountId = accountId;
    this.#arnPrefix = `arn:aws:dynamodb:${region}:${accountId}:table/`;
  }

  static async start(keys: Keys, region: string, accountId: string): Promise<DynamoDb> {
    const server = dynalite({ createTableMs: 0 });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new DynamoDb(server, keys, region, accountId);
  }

  arn(tableName: string): string {
    return `${this.#arnPrefix}${tableName}`;
  }

  /** @param definition what dynalite's CreateTable takes */
  async createTable(table: Table, definition: Input): Promise<void> {
    const answer = await this.#call('CreateTable', { ...definition, TableName: table.name });
    if (answer.status !== 200) throw new Error(`The table ${table.name} could not be made: ${answer.body}`);
    this.#tables.set(table.name, table);
  }

  async operation(request: AwsRequest): Promise<Operation | undefined> {
    const name = request.header('x-amz-target')?.replace('DynamoDB_20120810.', '') ?? '';
    if (!ofOneTable.has(name) && !ofManyTables.has(name)) return undefined;
    const input = await request.json();
    const tables = ofManyTables.has(name) ? Object.keys((input.RequestItems ?? {}) as Input) : [String(input.TableName)];
    const [first, ...others] = tables.map((table) => this.#need(name, table, input.IndexName));
    if (first === undefined) return undefined;
    return {
      needs: [first, ...others, ...(withoutData.has(name) ? [] : tables.flatMap((table) => this.#keyNeeds(table)))],
      answer: async (reply) => {
        const answer = await this.#forwarder.post(request.stream.headers, await request.body());
        const body = await this.#withOldItem(input, answer);
        reply.writeHead(answer.status, { ...answer.headers, 'content-length': body.length }).end(body);
      },
    };
  }

  async close(): Promise<void> {
    this.#forwarder.close();
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #need(action: string, tableName: string, indexName: unknown): Need {
    const table = tableName.startsWith('arn:') ? tableName : this.arn(tableName);
    return { action: `dynamodb:${action}`, resource: indexName === undefined ? table : `${table}/index/${indexName}` };
  }

  /** DynamoDB reads and writes items with a table key that the caller's permission decrypts. */
  #keyNeeds(tableName: string): Need[] {
    const context = { 'aws:dynamodb:tableName': tableName, 'aws:dynamodb:subscriberId': this.#accountId };
    return this.#keys.needs(this.#tables.get(tableName)?.kmsKey, ['kms:Decrypt'], 'dynamodb', context);
  }

  /** What dynalite leaves out: the item that made a condition fail, for callers who ask for it (`ReturnValuesOnConditionCheckFailure`). */
  async #withOldItem(input: Input, answer: Answer): Promise<Buffer> {
    if (answer.status !== 400 || input.ReturnValuesOnConditionCheckFailure !== 'ALL_OLD') return answer.body;
    const error = JSON.parse(answer.body.toString()) as { __type?: string };
    if (!error.__type?.endsWith('ConditionalCheckFailedException')) return answer.body;
    const names = this.#tables.get(String(input.TableName))?.keyNames ?? [];
    const item = input.Item as Input | undefined;
    const Key = input.Key ?? Object.fromEntries(names.map((name) => [name, item?.[name]]));
    const found = await this.#call('GetItem', { TableName: input.TableName, Key, ConsistentRead: true });
    return Buffer.from(JSON.stringify({ ...error, ...(JSON.parse(found.body.toString()) as object) }));
  }

  #call(operation: string, input: Input): Promise<Answer> {
    const scope = 'Credential=sandbox/20000101/sandbox/dynamodb/aws4_request, SignedHeaders=host, Signature=none';
    const headers = {
      authorization: `AWS4-HMAC-SHA256 ${scope}`,
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-date': '20000101T000000Z',
      'x-amz-target': `DynamoDB_20120810.${operation}`,
    };
    return this.#forwarder.post(headers, Buffer.from(JSON.stringify(input)));
  }
}
