import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NightporterError } from '../../../lib/errors.ts';
import { pack, unpack } from '../../../lib/webhook/envelope.ts';
import { receiver } from '../../../lib/webhook/receiver.ts';
import { eventOf, message } from './hostile/message.ts';
import { knownKeys } from './hostile/traffic.ts';

const valid = () => eventOf(message(Date.now()));

describe('a message of Box', () => {
  it('is accepted only when the queue has answered', async () => {
    const queue = Promise.withResolvers<void>();
    let isAnswered = false;
    const receive = receiver({ keys: knownKeys, enqueue: () => queue.promise });
    const answer = receive(valid()).finally(() => {
      isAnswered = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(isAnswered).toBe(false);
    queue.resolve();
    expect(await answer).toBe('accepted');
  });

  it('is put off, with the reason for the log, when the queue or the keys fail', async () => {
    const failures: unknown[] = [];
    const failed = (error: unknown) => void failures.push(error);
    const refuse = async () => {
      throw new NightporterError('SECRET_UNREADABLE', 'No.');
    };
    expect(await receiver({ keys: knownKeys, enqueue: refuse, failed })(valid())).toBe('unavailable');
    const keys = { get: refuse, newerThan: refuse };
    expect(await receiver({ keys, enqueue: async () => undefined, failed })(valid())).toBe('unavailable');
    expect(failures).toHaveLength(2);
  });

  it('reaches the queue byte by byte, grouped by whoever caused it', async () => {
    const body = Buffer.from(
      JSON.stringify({ created_by: { type: 'user', id: '226067247' }, source: { id: '7' }, text: 'größe \u{1f4e6}' }),
    );
    const packed = pack({ body, deliveryId: 'delivery', sentAt: 17 });
    expect(packed.MessageGroupId).toBe('226067247');
    const messageAttributes = Object.fromEntries(
      Object.entries(packed.MessageAttributes).map(([name, { StringValue }]) => [name, { stringValue: StringValue }]),
    );
    expect(unpack({ body: packed.MessageBody, messageAttributes })).toEqual({ body, deliveryId: 'delivery', sentAt: 17 });
    expect(pack({ body: Buffer.from('no json'), deliveryId: '', sentAt: 0 })).not.toHaveProperty('MessageGroupId');
  });

  it('is verified in a time that says nothing about the key', () => {
    const source = readFileSync(join(import.meta.dirname, '../../../lib/webhook/signature.ts'), 'utf8');
    expect(source).toMatch(/return timingSafeEqual\(Buffer\.from\(given\), Buffer\.from\(signatureOf\(/);
    expect(source).not.toMatch(/signatureOf\([^)]*\)\s*[=!]==|[=!]==\s*signatureOf/);
  });
});
