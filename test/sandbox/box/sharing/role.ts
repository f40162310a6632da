/** Box's collaboration roles, the strongest first. */
export const roles = ['owner', 'co-owner', 'editor', 'viewer uploader', 'viewer', 'previewer uploader', 'previewer', 'uploader'] as const;

export type Role = (typeof roles)[number];

export type Ability = 'preview' | 'download' | 'upload' | 'edit' | 'share' | 'invite' | 'comment';

const everything: readonly Ability[] = ['preview', 'download', 'upload', 'edit', 'share', 'invite', 'comment'];

/** Box's table of permission levels. */
const abilities: Readonly<Record<Role, readonly Ability[]>> = {
  owner: everything,
  'co-owner': everything,
  editor: everything,
  'viewer uploader': ['preview', 'download', 'upload', 'share', 'comment'],
  viewer: ['preview', 'download', 'share', 'comment'],
  'previewer uploader': ['preview', 'upload', 'comment'],
  previewer: ['preview', 'comment'],
  uploader: ['upload'],
};

export function allows(role: Role, ability: Ability): boolean {
  return abilities[role].includes(ability);
}

export function isRole(text: unknown): text is Role {
  return roles.some((role) => role === text);
}

export function stronger(one: Role | undefined, other: Role): Role {
  return one === undefined || roles.indexOf(other) < roles.indexOf(one) ? other : one;
}
