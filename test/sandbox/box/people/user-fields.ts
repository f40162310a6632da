import { boxDate } from '../box-date.ts';
import type { Person, UserRecord } from '../enterprise/user-record.ts';
import type { FieldTable } from '../http/fields.ts';
import { isAppUser } from './app-user.ts';

const defaultUploadSize = 5_368_709_120;

export interface UserView {
  readonly user: UserRecord;
  readonly enterpriseId: string;
}

export const userFields: FieldTable<UserView> = {
  type: () => 'user',
  id: ({ user }) => user.id,
  name: ({ user }) => user.name,
  login: ({ user }) => user.login,
  created_at: ({ user }) => boxDate(user.createdAt),
  modified_at: ({ user }) => boxDate(user.modifiedAt),
  language: detail('language', 'en'),
  timezone: detail('timezone', 'Europe/London'),
  space_amount: ({ user }) => user.spaceAmount,
  space_used: ({ user }) => user.spaceUsed,
  max_upload_size: () => defaultUploadSize,
  status: ({ user }) => user.status,
  job_title: ({ user }) => user.jobTitle,
  phone: detail('phone', ''),
  address: detail('address', ''),
  avatar_url: ({ user }) => `https://northwind.app.box.com/api/avatar/large/${user.id}`,
  notification_email: detail('notification_email', null),
  role: ({ user }) => user.role,
  tracking_codes: detail('tracking_codes', []),
  can_see_managed_users: detail('can_see_managed_users', true),
  is_sync_enabled: detail('is_sync_enabled', true),
  is_external_collab_restricted: detail('is_external_collab_restricted', false),
  is_exempt_from_device_limits: detail('is_exempt_from_device_limits', false),
  is_exempt_from_login_verification: detail('is_exempt_from_login_verification', false),
  enterprise: ({ enterpriseId }) => ({
    type: 'enterprise',
    id: enterpriseId,
    name: 'Northwind',
  }),
  my_tags: () => [],
  hostname: () => 'https://northwind.app.box.com/',
  is_platform_access_only: ({ user }) => user.index < 0 || isAppUser(user),
  external_app_user_id: detail('external_app_user_id', ''),
};

function detail(name: string, usual: unknown): (view: UserView) => unknown {
  return ({ user }) => user.details?.[name] ?? usual;
}

export const userBase: readonly string[] = ['type', 'id'];

/** `role`, for one, comes only to those who ask for it. */
export const userStandard: readonly string[] = Object.keys(userFields).slice(0, Object.keys(userFields).indexOf('role'));

export function miniUser(user: Person): Record<string, unknown> {
  return { type: 'user', id: user.id, name: user.name, login: user.login };
}
