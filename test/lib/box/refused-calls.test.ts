import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { closeConnections } from '../../../lib/http/origin.ts';
import { asUserOff, type Cause, itemForbidden, scopeMissing, unusableUser } from '../../../lib/token/causes.ts';
import { call, mint } from '../../sandbox/box/http/box-http.ts';
import { type BoxSimulator, startBox } from '../../sandbox/box/server.ts';
import { managersFor } from './managers.ts';

const [owner, guest] = ['11000001', '11000003'];

let box: BoxSimulator;
beforeEach(async () => {
  box = await startBox({ users: 20, contentFolders: 3 });
});
afterEach(async () => {
  closeConnections();
  await box.close();
});

/** As it stands in a sentence that goes on. */
const clause = ({ nextStep }: Cause): string => nextStep.replace(/\.$/, '');

/** A folder that this user sees and may not change. */
async function folderForViewing(): Promise<string> {
  const token = await mint(box, owner);
  const { body: folder } = await call(box, token, 'POST', '/2.0/folders', { name: 'Work', parent: { id: '0' } });
  const item = { type: 'folder', id: folder.id };
  await call(box, token, 'POST', '/2.0/collaborations', { item, accessible_by: { type: 'user', id: guest }, role: 'viewer' });
  return folder.id;
}

describe('a call that Box refuses with 403 says what to do about it', () => {
  it('when the app lacks the scope', async () => {
    box.app.change({ scopes: ['root_readwrite'] });
    const refused = managersFor(box).users.getUsers();
    await expect(refused).rejects.toThrow(`${clause(scopeMissing)}: Box answered GET /2.0/users with 403 insufficient_scope`);
  });

  it.each([
    ['its own token', { subject: { type: 'user', id: guest } }],
    ['as-user', { asUser: guest }],
  ] as const)('when the user may not do that with the item, by %s', async (_, who) => {
    const folder = await folderForViewing();
    const refused = managersFor(box, who).folders.updateFolderById(folder, { requestBody: { name: 'Mine' } });
    await expect(refused).rejects.toThrow(`${clause(itemForbidden)}: Box answered PUT /2.0/folders/${folder} with 403 access_denied`);
    await expect(refused).rejects.not.toThrow(/scope|as-user/);
  });

  it.each([
    ['the switch for as-user is off', () => box.app.change({ asUser: false })],
    ['the user of the header is suspended', () => box.enterprise.change(guest, { status: 'inactive' })],
  ])('when %s, which Box tells nobody apart from the other', async (_, happen) => {
    happen();
    const refused = managersFor(box, { asUser: guest }).folders.getFolderById('0');
    await expect(refused).rejects.toThrow(`${clause(asUserOff)}, or ${clause(unusableUser).replace('Name', 'name')}: Box answered GET`);
  });

  it('and names no setting where none would help', async () => {
    const refused = managersFor(box, { subject: { type: 'user', id: guest } }).folders.deleteFolderById('0');
    await expect(refused).rejects.toThrow(/^Look at what the item, .* with 403 forbidden/);
  });
});
