import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { minute } from '../sandbox/box/clock.ts';
import type { StageAssembly } from './stage-with.ts';
import { archive, openHandlers, sha1, stageOfHandlers } from './webhooks/handlers.ts';

let stage: StageAssembly;
beforeAll(async () => {
  stage = await stageOfHandlers();
}, 120_000);
afterAll(() => stage[Symbol.asyncDispose]());

describe('archive-upload', () => {
  it('copies every version, one of no bytes too, once each, with what Box says of it', async () => {
    await using handlers = await openHandlers(stage.folder);
    const empty = await handlers.put(archive, '');
    const file = await handlers.put(archive, 'first');
    await handlers.pass();
    await handlers.put(archive, 'second', file);
    await handlers.pass(minute);
    expect(await handlers.archived(empty)).toEqual([sha1('')]);
    expect([...(await handlers.archived(file))].sort()).toEqual([sha1('first'), sha1('second')].sort());
    const key = (await handlers.sandbox.reportKeys(`archive/archive-upload/${file}/`)).find((each) => each.endsWith('metadata.json')) ?? '';
    expect(JSON.parse(Buffer.from(await handlers.sandbox.readReport(key)).toString())).toMatchObject({
      fileId: file,
      name: expect.stringContaining('file'),
      owner: '10900001',
      path: [{ name: 'All Files' }, { id: archive, name: 'Archive' }],
    });
  });

  it('copies once what it hears both from the webhook and from the history', async () => {
    await using handlers = await openHandlers(stage.folder);
    const { sandbox, clock } = handlers;
    const { aws, box } = sandbox;
    const file = await handlers.put(archive, 'told twice');
    await handlers.pass(5 * minute);
    const webhook = box.webhooks.all.find(({ target }) => target.id === archive);
    if (webhook) box.webhooks.remove(webhook);
    expect(await sandbox.run('webhooks', new Date(clock.now()))).toMatchObject({ payload: { drifted: 1, caughtUp: 1 } });
    await aws.events.drain();
    const lines = aws.logs(aws.outputs('Nightporter-sandbox-Webhooks').ArchiveUploadHandler ?? '').map((line) => JSON.parse(line));
    const counts = lines.filter(({ message }) => message === 'Event handled.').map(({ archived }) => archived);
    expect([counts, await handlers.archived(file)]).toEqual([[1, 0], [sha1('told twice')]]);
    const downloads = box.journal.entries.filter(({ path }) => path === `/2.0/files/${file}/content`);
    expect(downloads).toHaveLength(1);
  });

  it('lets go of a file that is deleted before it is archived', async () => {
    await using handlers = await openHandlers(stage.folder);
    const file = await handlers.put(archive, 'short life');
    await handlers.api('DELETE', `/2.0/files/${file}`);
    await handlers.pass();
    expect(await handlers.archived(file)).toEqual([]);
    expect(handlers.sandbox.box.webhooks.queue.waiting).toEqual([]);
    await handlers.pass(60 * minute);
    expect(handlers.sandbox.box.journal.entries.filter(({ path }) => path === `/2.0/files/${file}`)).toHaveLength(2);
  });

  it('goes on with a large file where a container that died had stopped', async () => {
    await using handlers = await openHandlers(stage.folder);
    const { aws, box } = handlers.sandbox;
    const bytes = Buffer.alloc(47 * 1024 * 1024, 'a long night ');
    const file = await handlers.put(archive, bytes);
    const saved = () =>
      aws.journal.calls({ action: 'dynamodb:PutItem' }).filter(({ principal }) => /archiveupload/i.test(principal)).length;
    const passed = handlers.pass();
    // The beginning, and at least one of three parts.
    while (saved() < 2) await setTimeout(1);
    await aws.kill(aws.outputs('Nightporter-sandbox-Webhooks').ArchiveUploadHandler ?? '');
    await passed;
    expect(await handlers.archived(file)).toEqual([]);
    const before = saved();
    await handlers.pass(20 * minute);
    expect(await handlers.archived(file)).toEqual([sha1(bytes)]);
    expect(saved() - before, 'a part that was left, and the end').toBeLessThanOrEqual(2);
    expect(box.journal.entries.filter(({ path }) => path === `/2.0/files/${file}/content`)).toHaveLength(2);
  });

  it('copies a version too that was overtaken by the next one before its event came', async () => {
    await using handlers = await openHandlers(stage.folder);
    const file = await handlers.put(archive, 'first');
    await handlers.put(archive, 'second', file);
    await handlers.pass();
    expect([...(await handlers.archived(file))].sort()).toEqual([sha1('first'), sha1('second')].sort());
    const reads = handlers.sandbox.box.journal.entries.filter(({ path }) => path.startsWith(`/2.0/files/${file}/versions/`));
    expect(reads.map(({ status }) => status)).toEqual([200]);
  });
});
