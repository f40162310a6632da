import { ConditionalCheckFailedException, type DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { within } from '../http/wait.ts';
import type { AccessToken } from './access-token.ts';
import type { SharedRequest } from './shared-tier.ts';
import { observeDate } from './store-date.ts';
import type { TokenCipher } from './token-cipher.ts';
import type { TokenObserver } from './token-event.ts';

export interface SharedItemOptions {
  readonly client: DynamoDBClient;
  readonly table: string;
  /** Tells apps and Boxes apart within the table: the secret's ARN and the API's address. */
  readonly scope: string;
  readonly cipher: TokenCipher;
  readonly observe: TokenObserver;
  /** Names this container in leases. */
  readonly owner: string;
  /** How long the store may take for one request; a second if left out: it must never cost a run more. */
  readonly timeoutMs?: number;
}

/** What was found in the table. */
export interface Found {
  readonly token?: AccessToken;
  /** A live item that nobody should wait for: a stranger wrote it, or it can't be decrypted here. */
  readonly unusable?: boolean;
  /** Fingerprint of such an item, or of one whose token will not do: it may be overwritten. */
  readonly replaces?: string | undefined;
  /** Nobody is getting a token: who was has finished, given up or died. */
  readonly leaseLapsed?: boolean;
}

export interface Written {
  readonly token: AccessToken;
  readonly fence: string;
  readonly replaces: string | undefined;
}

export type Lease = { readonly fence: string } | 'held' | 'unavailable';

/** A holder that is frozen or killed is given up after this long; a token request takes a fraction of it. */
export const leaseMs = 8_000;
/** By how much clocks of containers differ at most: no lease of theirs lasts longer than both together. */
const clockToleranceMs = 60_000;
/** What is left of a shared token must be worth the way there. */
const leastRemainingMs = 60_000;

/**
 * The DynamoDB item of one subject: {ciphertext, fingerprint, secretVersion, app, tokenExpiresAt (ms), lifeMs, fence, leaseOwner, leaseUntil (ms),
 * expiresAt (s)}.
 * Every write is conditional. Nothing here throws but an aborted signal: a store that fails is told of, and is then as good as none.
 */
export function sharedItemIn({ client, table, scope, cipher, observe, owner, timeoutMs = 1_000 }: SharedItemOptions) {
  const failed = (step: string, error: unknown): void => {
    observe({ kind: 'sharedTierFailed', step, cause: error instanceof Error ? error.name : typeof error });
  };
  const keyOf = ({ key }: SharedRequest) => ({ pk: { S: `token ${scope} ${key}` } });
  const bounded = <T>(signal: AbortSignal | undefined, send: (options: { abortSignal: AbortSignal }) => Promise<T>): Promise<T> =>
    within(timeoutMs, signal, (abortSignal) => send({ abortSignal }));

  return {
    /** An item that has expired is as good as none: DynamoDB deletes it within days, not at once. */
    async read(request: SharedRequest): Promise<Found> {
      const { key, clock, replacing, minRemainingMs, signal, isOurs } = request;
      let unusable: Found = {};
      try {
        const command = new GetItemCommand({ TableName: table, Key: keyOf(request), ConsistentRead: true });
        observeDate(command, clock);
        const { Item } = await bounded(signal, (options) => client.send(command, options));
        const leaseUntil = Number(Item?.leaseUntil?.N);
        const leaseLapsed = !(leaseUntil >= clock.now() && leaseUntil <= clock.now() + leaseMs + clockToleranceMs);
        if (!Item?.tokenExpiresAt) return { leaseLapsed };
        const remainingMs = Number(Item.tokenExpiresAt.N) - clock.now();
        const lifeMs = Number(Item.lifeMs?.N);
        const replaces = Item.fingerprint?.S;
        const isReplaced = replacing !== undefined && replaces === replacing.fingerprint;
        const neededMs = Math.max(leastRemainingMs, Math.min(minRemainingMs, lifeMs / 2));
        if (isReplaced || remainingMs <= neededMs) return { replaces, leaseLapsed };
        unusable = { unusable: true, replaces, leaseLapsed };
        const [ciphertext, secretVersion, app] = [Item.ciphertext?.B, Item.secretVersion?.S, Item.app?.S];
        if (!ciphertext || secretVersion === undefined || app === undefined) return unusable;
        const origin = { secretVersion, app };
        if (!isOurs({ origin })) return { replaces, leaseLapsed };
        const expiresAt = Number(Item.tokenExpiresAt.N);
        const token = await cipher.decrypt({ ciphertext, expiresAt, lifeMs, key, origin }, signal);
        observe({ kind: 'sharedHit', subject: { type: 'enterprise' }, fingerprint: token.fingerprint, expiresAt });
        return { token };
      } catch (error) {
        signal?.throwIfAborted();
        failed('read', error);
        return unusable;
      }
    },

    /** @param replaces fingerprint of a live token that may be overwritten */
    async takeLease(request: SharedRequest, replaces = 'none'): Promise<Lease> {
      const now = request.clock.now();
      const command = new UpdateItemCommand({
        TableName: table,
        Key: keyOf(request),
        // Another container may have written a live token since we looked. What no container of ours writes, keeps nobody away.
        ConditionExpression: [
          '(NOT attribute_type(leaseUntil, :number) OR NOT leaseUntil BETWEEN :now AND :latest)',
          '(NOT attribute_type(tokenExpiresAt, :number) OR tokenExpiresAt < :worth OR NOT attribute_type(fingerprint, :string) OR fingerprint = :replaces)',
        ].join(' AND '),
        UpdateExpression: 'SET leaseOwner = :owner, leaseUntil = :until, expiresAt = :expires ADD fence :one',
        ExpressionAttributeValues: {
          ':now': { N: String(now) },
          ':latest': { N: String(now + leaseMs + clockToleranceMs) },
          ':number': { S: 'N' },
          ':string': { S: 'S' },
          ':worth': { N: String(now + leastRemainingMs) },
          ':replaces': { S: replaces },
          ':owner': { S: owner },
          ':until': { N: String(now + leaseMs) },
          ':expires': { N: String(Math.ceil(now / 1000) + 86_400) },
          ':one': { N: '1' },
        },
        ReturnValues: 'ALL_NEW',
      });
      try {
        const { Attributes } = await bounded(request.signal, (options) => client.send(command, options));
        return { fence: Attributes?.fence?.N ?? '' };
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return 'held';
        request.signal?.throwIfAborted();
        failed('lease', error);
        return 'unavailable';
      }
    },

    /** Under the fence: who lost the lease meanwhile can't overwrite what its successor wrote. */
    async write(request: SharedRequest, { token, fence, replaces = 'none' }: Written): Promise<void> {
      try {
        const ciphertext = await cipher.encrypt(token, request.key, request.signal);
        // Too long to be encrypted directly: it stays in this container.
        if (ciphertext === undefined || token.origin === undefined) return await this.release(request, fence);
        const command = new UpdateItemCommand({
          TableName: table,
          Key: keyOf(request),
          ConditionExpression:
            'fence = :fence AND (NOT attribute_type(tokenExpiresAt, :number) OR tokenExpiresAt < :tokenExpires OR NOT attribute_type(fingerprint, :string) OR fingerprint = :replaces)',
          UpdateExpression:
            'SET ciphertext = :ciphertext, fingerprint = :fingerprint, secretVersion = :version, app = :app, tokenExpiresAt = :tokenExpires, lifeMs = :life, expiresAt = :expires REMOVE leaseUntil, leaseOwner',
          ExpressionAttributeValues: {
            ':fence': { N: fence },
            ':ciphertext': { B: ciphertext },
            ':fingerprint': { S: token.fingerprint },
            ':version': { S: token.origin.secretVersion },
            ':app': { S: token.origin.app },
            ':replaces': { S: replaces },
            ':number': { S: 'N' },
            ':string': { S: 'S' },
            ':tokenExpires': { N: String(token.expiresAt) },
            ':life': { N: String(token.lifeMs) },
            ':expires': { N: String(Math.ceil(token.expiresAt / 1000)) },
          },
        });
        await bounded(request.signal, (options) => client.send(command, options));
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) observe({ kind: 'leaseLost', subject: { type: 'enterprise' } });
        else failed('write', error);
        await this.release(request, fence);
      }
    },

    /** Nobody should wait for a lease whose holder has given up. */
    async release(request: SharedRequest, fence: string): Promise<void> {
      const command = new UpdateItemCommand({
        TableName: table,
        Key: keyOf(request),
        ConditionExpression: 'fence = :fence',
        UpdateExpression: 'REMOVE leaseUntil, leaseOwner',
        ExpressionAttributeValues: { ':fence': { N: fence } },
      });
      await bounded(undefined, (options) => client.send(command, options)).catch((error) => {
        if (!(error instanceof ConditionalCheckFailedException)) failed('release', error);
      });
    },
  };
}
