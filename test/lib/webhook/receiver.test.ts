import { createSecretKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
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

  it('is grouped in the queue by whoever caused it', () => {
    const body = JSON.stringify({ created_by: { type: 'user', id: '226067247' }, source: { id: '7' } });
    for (const form of [body, Buffer.from(body)]) {
      expect(pack({ body: form, deliveryId: '', sentAt: 0 }).MessageGroupId).toBe('226067247');
    }
    expect(pack({ body: Buffer.from('no json'), deliveryId: '', sentAt: 0 })).not.toHaveProperty('MessageGroupId');
  });

  it('can be read in the queue, where it is text that SQS takes', () => {
    const body = '{"name":"größe \u{1f4e6}"}';
    for (const form of [body, Buffer.from(body)]) expect(pack({ body: form, deliveryId: '', sentAt: 0 }).MessageBody).toBe(body);
  });

  it('comes out of the queue byte by byte, whatever it is', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.string({ unit: fc.constantFrom('\0', '\ud800', '\uffff', 'ö', 'a') }),
    );
    const bytes = fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array));
    fc.assert(
      fc.property(fc.oneof(text, bytes), (body) => {
        const { MessageBody, MessageAttributes } = pack({ body, deliveryId: 'delivery', sentAt: 17 });
        // docs.aws.amazon.com: what a message may hold.
        expect(MessageBody).toMatch(/^[\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u);
        const entries = Object.entries(MessageAttributes).map(([name, { StringValue }]) => [name, { stringValue: StringValue }]);
        const unpacked = unpack({ body: MessageBody, messageAttributes: Object.fromEntries(entries) });
        expect(unpacked).toEqual({ body: Buffer.from(body as string), deliveryId: 'delivery', sentAt: 17 });
      }),
      { numRuns: 300 },
    );
  });

  it('is none if it is signed with an empty key, though such a key got so far', async () => {
    const empty = createSecretKey('', 'utf8');
    const keys = { get: async () => ({ primary: empty, secondary: empty, versionId: 'v1' }), newerThan: async () => undefined };
    const forged = eventOf(message(Date.now(), { with: { primary: '', secondary: '' } }));
    expect(await receiver({ keys, enqueue: async () => undefined })(forged)).toBe('unsigned');
  });

  it('is verified in a time that says nothing about the key', () => {
    const source = readFileSync(join(import.meta.dirname, '../../../lib/webhook/signature.ts'), 'utf8');
    expect(source).toMatch(/return timingSafeEqual\(Buffer\.from\(given\), Buffer\.from\(signatureOf\(/);
    expect(source).not.toMatch(/signatureOf\([^)]*\)\s*[=!]==|[=!]==\s*signatureOf/);
  });
});
