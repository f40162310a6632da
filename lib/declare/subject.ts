/** A value that the stage provides under `stages.<name>.settings` in cdk.json, by its name there. */
export interface Setting {
  readonly setting: string;
}

export function setting(name: string): Setting {
  return { setting: name };
}

/** The app's own account (`box_subject_type=enterprise`): acts like a co-admin, owns an empty root folder. */
export interface ServiceAccount {
  readonly kind: 'serviceAccount';
}

/** One managed user of the enterprise (`box_subject_type=user`); needs App + Enterprise Access and "Generate user access tokens". */
export interface ManagedUser {
  readonly kind: 'managedUser';
  /** Box user id, or the setting that holds it. */
  readonly user: string | Setting;
}

export type RunAs = ServiceAccount | ManagedUser;

export function serviceAccount(): ServiceAccount {
  return { kind: 'serviceAccount' };
}

export function managedUser(user: string | Setting): ManagedUser {
  return { kind: 'managedUser', user };
}
