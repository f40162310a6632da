import { describe, expect, it } from 'vitest';
import { parseWebhookEvent } from '../../../lib/webhook/event.ts';

const valid = {
  type: 'webhook_event',
  id: 'eb0c4e06',
  created_at: '2026-11-22T02:00:00Z',
  trigger: 'FILE.UPLOADED',
  webhook: { id: '5' },
  source: { type: 'file', id: '7' },
};
const parse = (change: object) => parseWebhookEvent(Buffer.from(JSON.stringify({ ...valid, ...change })));

describe('an event of Box', () => {
  it('may have more than we know, and no source where Box does not say what its trigger is about', () => {
    expect(parse({ news: 1, source: { type: 'file', id: '7', name: 'größe' } })).toMatchObject({ news: 1, source: { name: 'größe' } });
    expect(parse({ trigger: 'BOX.WILL_ADD_THIS', source: null }).source).toBeNull();
    expect(parse({ trigger: 'NO_ACTIVE_SESSION', source: undefined }).source).toBeUndefined();
  });

  it.each([
    ['that leads elsewhere', { type: 'file', id: '7/../../users/me' }],
    ['with a query', { type: 'file', id: '7?fields=a' }],
    ['of nothing', { type: 'file', id: '' }],
    ['that is too long', { type: 'file', id: '7'.repeat(65) }],
    ['that is none', null],
  ])('is none with a source %s, which would go into the paths of requests', (_, source) => {
    expect(() => parse({ source })).toThrow(expect.objectContaining({ code: 'EVENT_INVALID', message: expect.stringContaining('source') }));
  });
});
