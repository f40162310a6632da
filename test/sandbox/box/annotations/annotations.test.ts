import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { call, mint, upload } from '../http/box-http.ts';
import { type BoxSimulator, startBox } from '../server.ts';
import { patched } from './json-patch.ts';

let box: BoxSimulator;
let owner: string;
let file: string;
beforeEach(async () => {
  box = await startBox({ users: 5, contentFolders: 3 });
  owner = await mint(box, '11000001');
  file = (await upload(box, owner, { name: 'a', content: 'x' })).file.id;
});
afterEach(() => box.close());

describe('metadata', () => {
  const at = () => `/2.0/files/${file}/metadata`;
  const patch = (path: string, operations: unknown) =>
    call(box, owner, 'PUT', path, operations, { 'content-type': 'application/json-patch+json' });

  test('of the enterprise’s template holds what fits its fields, and changes all at once or not at all', async () => {
    const path = `${at()}/enterprise/recordRetention`;
    expect((await call(box, owner, 'GET', path)).status).toBe(404);
    expect((await call(box, owner, 'POST', path, { class: 'secret' })).status).toBe(400);
    expect((await call(box, owner, 'POST', path, { colour: 'red' })).status).toBe(400);
    const { body } = await call(box, owner, 'POST', path, { class: 'legal', amount: 12 });
    expect(body).toMatchObject({
      class: 'legal',
      $template: 'recordRetention',
      $scope: 'enterprise_900001',
      $parent: `file_${file}`,
      $version: 0,
    });
    expect((await call(box, owner, 'POST', path, {})).body.code).toBe('tuple_already_exists');
    const wrong = [
      { op: 'replace', path: '/amount', value: 13 },
      { op: 'test', path: '/class', value: 'other' },
    ];
    expect((await patch(path, wrong)).status).toBe(400);
    expect((await call(box, owner, 'GET', path)).body).toMatchObject({ amount: 12, $version: 0 });
    expect(
      (
        await patch(path, [
          { op: 'replace', path: '/amount', value: 13 },
          { op: 'remove', path: '/class' },
        ])
      ).body,
    ).toMatchObject({ amount: 13, $version: 1 });
    expect((await call(box, owner, 'DELETE', path)).status).toBe(204);
    expect((await call(box, owner, 'GET', at())).body.entries).toEqual([]);
  });

  test('is for those who may edit', async () => {
    await call(box, owner, 'POST', '/2.0/collaborations', {
      item: { type: 'file', id: file },
      accessible_by: { type: 'user', id: '11000003' },
      role: 'viewer',
    });
    const viewer = await mint(box, '11000003');
    expect((await call(box, viewer, 'POST', `${at()}/global/properties`, { a: 'b' })).status).toBe(403);
    expect((await call(box, viewer, 'GET', at())).status).toBe(200);
  });

  test('a patch never changes what it was applied to', () => {
    const operation = fc.record({
      op: fc.constantFrom('add', 'replace', 'remove', 'test', 'move', 'copy', 'eat'),
      path: fc.constantFrom('/a', '/b', '/', 'a'),
      from: fc.constantFrom('/a', '/c'),
      value: fc.nat(3),
    });
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.nat(3)), fc.array(operation), (values, operations) => {
        const before = JSON.stringify(values);
        const after = patched(values, operations);
        expect(JSON.stringify(values)).toBe(before);
        expect(['string', 'object']).toContain(typeof after);
      }),
    );
  });
});

test('comments belong to those who see the file, and can be found by what they say', async () => {
  const { body } = await call(box, owner, 'POST', '/2.0/comments', {
    message: 'Shared too widely [run 7]',
    item: { type: 'file', id: file },
  });
  expect((await call(box, owner, 'GET', `/2.0/files/${file}/comments`)).body).toMatchObject({
    total_count: 1,
    entries: [{ id: body.id, message: 'Shared too widely [run 7]' }],
  });
  const other = await mint(box, '11000002');
  expect((await call(box, other, 'GET', `/2.0/comments/${body.id}`)).status).toBe(404);
  expect((await call(box, other, 'POST', '/2.0/comments', { message: 'x', item: { type: 'file', id: file } })).status).toBe(404);
  await call(box, owner, 'POST', '/2.0/comments', { message: 'Shared too widely [run 7]', item: { type: 'file', id: file } });
  expect(box.journal.effects.filter(({ action }) => action === 'COMMENT_CREATE')).toHaveLength(2);
});
