import type { Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import dynalite from 'dynalite';
import { AwsError } from '../http/aws-error.ts';
import type { AwsRequest } from '../http/aws-request.ts';
import { type Answer, Forwarder } from '../http/forward.ts';
import type { Need } from '../iam/authorize.ts';
import type { Keys } from '../kms/keys.ts';
import type { Operation, Service } from '../service.ts';
import { conditionKeys } from './condition-keys.ts';
import { sweepExpired } from './sweep-expired.ts';
import type { Table } from './table.ts';

type Input = Readonly<Record<string, unknown>>;

const ofOneTable = new Set(['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query', 'Scan', 'DescribeTable', 'DescribeTimeToLive']);
const ofManyTables = new Set(['BatchGetItem', 'BatchWriteItem']);
const withoutData = new Set(['DescribeTable', 'DescribeTimeToLive']);

/** DynamoDB by dynalite, which has no transactions and no streams. Expired items stay until they are swept, as on AWS they may for days. */
export class DynamoDb implements Service {
  readonly signingName = 'dynamodb';
  readonly protocol = 'json';
  readonly operations = [...ofOneTable, ...ofManyTables];
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
    // As the proxy's: what it forwards must meet no connection that is being closed.
    server.keepAliveTimeout = 0;
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

  changeTable(table: Table): void {
    this.#tables.set(table.name, table);
  }

  /** @throws AwsError `ValidationException` for a table that is protected */
  async deleteTable(name: string): Promise<void> {
    if (this.#tables.get(name)?.isProtected) {
      throw new AwsError('ValidationException', 'Resource cannot be deleted as it is currently protected against deletion.');
    }
    this.#tables.delete(name);
    await this.#call('DeleteTable', { TableName: name });
  }

  /** Deletes the items whose time is over. @returns how many */
  async sweepExpired(now: number): Promise<number> {
    const call = async (operation: string, input: Input) => JSON.parse((await this.#call(operation, input)).body.toString()) as Input;
    const counts = await Promise.all([...this.#tables.values()].map((table) => sweepExpired(table, now, call)));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  async operation(request: AwsRequest): Promise<Operation | undefined> {
    const name = request.header('x-amz-target')?.replace('DynamoDB_20120810.', '') ?? '';
    if (!ofOneTable.has(name) && !ofManyTables.has(name)) return undefined;
    const input = await request.json();
    const tables = ofManyTables.has(name) ? Object.keys((input.RequestItems ?? {}) as Input) : [String(input.TableName)];
    const [first, ...others] = tables.map((table) => this.#need(name, table, input.IndexName));
    if (first === undefined) return undefined;
    const [leadingName = ''] = this.#tables.get(tables[0] ?? '')?.keyNames ?? [];
    const context = conditionKeys(name, input, leadingName);
    return {
      needs: [{ ...first, context }, ...others, ...(withoutData.has(name) ? [] : tables.flatMap((table) => this.#keyNeeds(table)))],
      answer: async (reply) => {
        if (name === 'DescribeTimeToLive') return this.#describeExpiry(reply, tables[0] ?? '');
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

  #describeExpiry(reply: ServerResponse, tableName: string): void {
    const table = this.#tables.get(tableName);
    if (table === undefined) throw new AwsError('ResourceNotFoundException', `Requested resource not found: Table: ${tableName} not found`);
    const AttributeName = table.expiryAttribute;
    const TimeToLiveDescription = { TimeToLiveStatus: AttributeName === undefined ? 'DISABLED' : 'ENABLED', AttributeName };
    reply.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify({ TimeToLiveDescription }));
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
