import type { Scope } from './app-settings.ts';

export const readContent: readonly Scope[] = ['root_readonly', 'root_readwrite'];

export const writeContent: readonly Scope[] = ['root_readwrite'];

export const manageUsers: readonly Scope[] = ['manage_managed_users', 'manage_app_users'];
