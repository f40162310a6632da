/** Names as in Box's OpenAPI description (`OAuth2Security`). */
export type Scope =
  | 'root_readonly'
  | 'root_readwrite'
  | 'manage_app_users'
  | 'manage_managed_users'
  | 'manage_groups'
  | 'manage_webhook'
  | 'manage_enterprise_properties';

/** The switches of an app in Box's developer console, and its authorization in the Admin Console. */
export interface AppSettings {
  /** "App Access Only" or "App + Enterprise Access". */
  readonly access: 'app' | 'enterprise';
  /** "Generate user access tokens". */
  readonly userTokens: boolean;
  /** "Make API calls using the as-user header". */
  readonly asUser: boolean;
  /** Authorized by an administrator, for the settings as they are. */
  readonly authorized: boolean;
  /** Server authentication by client credentials, or a standard OAuth 2.0 app. */
  readonly authMethod: 'ccg' | 'oauth2';
  readonly scopes: readonly Scope[];
  /** With which of its words Box refuses a client secret that was reset: both have been seen. */
  readonly deadPair: 'invalid_client' | 'invalid_grant';
}

export const defaultAppSettings: AppSettings = {
  access: 'enterprise',
  userTokens: true,
  asUser: true,
  authorized: true,
  authMethod: 'ccg',
  scopes: ['root_readwrite', 'manage_app_users', 'manage_managed_users', 'manage_groups', 'manage_webhook', 'manage_enterprise_properties'],
  deadPair: 'invalid_client',
};

export interface AppIdentity {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly enterpriseId: string;
}

/** The one Box app of the simulator. */
export class BoxApp {
  readonly clientId: string;
  readonly enterpriseId: string;
  #clientSecret: string;
  #settings: AppSettings;

  constructor(identity: AppIdentity, settings: Partial<AppSettings> = {}) {
    this.clientId = identity.clientId;
    this.enterpriseId = identity.enterpriseId;
    this.#clientSecret = identity.clientSecret;
    this.#settings = { ...defaultAppSettings, ...settings };
  }

  get clientSecret(): string {
    return this.#clientSecret;
  }

  get settings(): AppSettings {
    return this.#settings;
  }

  /** Changes and re-authorizes in one go. As in Box, tokens that are out keep the settings they were minted with. */
  change(settings: Partial<AppSettings>): void {
    this.#settings = { ...this.#settings, ...settings };
  }

  /** "Reset" in the developer console: the old secret stops working at once, tokens that are out live on. */
  resetSecret(clientSecret: string): void {
    this.#clientSecret = clientSecret;
  }
}
