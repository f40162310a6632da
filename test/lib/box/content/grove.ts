import type { BoxSimulator } from '../../../sandbox/box/server.ts';

const nothing = { jobTitle: '', spaceAmount: -1, spaceUsed: 0, createdAt: 0, modifiedAt: 0 } as const;
let planted = 0;

/** A user who owns nothing yet; the tree below is his own. */
export function newOwner(box: BoxSimulator): string {
  const login = `owner.${++planted}@northwind.example`;
  return box.enterprise.add({ ...nothing, name: `Owner ${planted}`, login, role: 'user', status: 'active' }).id;
}

export interface Plan {
  /** For each item, of which earlier folder it becomes a child (modulo their number), and what it is. */
  readonly parent: number;
  readonly type: 'folder' | 'file' | 'web_link';
}

/** Grows a tree. @returns the ids of all that was made, and of its folders with the root */
export function grow(box: BoxSimulator, owner: string, plans: readonly Plan[]) {
  const folders = ['0'];
  const all: string[] = [];
  for (const [index, { parent, type }] of plans.entries()) {
    const home = folders[parent % folders.length] ?? '0';
    // Names in another order than ids.
    const name = `${(index * 7919) % 1_000} ${type} ${index}`;
    const id =
      type === 'file' ? box.desk.upload(owner, home, name, index) : box.desk[type === 'folder' ? 'folder' : 'webLink'](owner, home, name);
    if (type === 'folder') folders.push(id);
    all.push(id);
  }
  return { all, folders };
}
