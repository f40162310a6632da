import type { Need } from './iam/authorize.ts';

/** The keys of the deployment. The sandbox encrypts nothing; it asks for the permissions that AWS asks for. */
export class Keys {
  readonly #prefix: string;
  readonly #region: string;
  readonly #aliases = new Map<string, string>();

  constructor(region: string, accountId: string) {
    this.#region = region;
    this.#prefix = `arn:aws:kms:${region}:${accountId}:key/`;
  }

  arn(keyId: string): string {
    return `${this.#prefix}${keyId}`;
  }

  addAlias(alias: string, key: string): void {
    this.#aliases.set(alias, key);
  }

  /**
   * What using a resource encrypted by `key` (id, ARN or alias) asks of the caller; nothing for AWS's own keys.
   * @param service signing name of the service that calls KMS on the caller's behalf
   */
  needs(
    key: string | undefined,
    actions: readonly string[],
    service: string,
    encryptionContext: Readonly<Record<string, string>> = {},
  ): Need[] {
    if (key === undefined || key.includes('alias/aws/')) return [];
    const target = this.#aliases.get(key) ?? key;
    const resource = target.startsWith('arn:') ? target : this.arn(target);
    const pairs = Object.entries(encryptionContext).map(([name, value]) => [`kms:EncryptionContext:${name}`, value]);
    const context = { 'kms:ViaService': `${service}.${this.#region}.amazonaws.com`, ...Object.fromEntries(pairs) };
    return actions.map((action) => ({ action, resource, context }));
  }
}
