import type { ManagerName } from 'nightporter';

/** A scope of a Box app, by its name under "Application Scopes" in the Developer Console. */
export interface Scope {
  readonly label: string;
  /** A GET that changes nothing and needs this scope; absent where Box has none that every plan offers. */
  readonly probe?: string;
}

/** developer.box.com/guides/api-calls/permissions-and-errors/scopes */
export const scopes = {
  content: { label: 'Read and write all files and folders stored in Box', probe: '/2.0/folders/0?fields=id' },
  users: { label: 'Manage users', probe: '/2.0/users?limit=1&fields=id' },
  groups: { label: 'Manage groups', probe: '/2.0/groups?limit=1' },
  webhooks: { label: 'Manage webhooks', probe: '/2.0/webhooks?limit=1' },
  enterprise: { label: 'Manage enterprise properties', probe: '/2.0/events?stream_type=admin_logs&limit=1' },
  retention: { label: 'Manage retention policies', probe: '/2.0/retention_policies?limit=1' },
  signatures: { label: 'Manage signature requests', probe: '/2.0/sign_requests?limit=1' },
  ai: { label: 'Manage AI' },
} as const satisfies Readonly<Record<string, Scope>>;

export type ScopeName = keyof typeof scopes;

/** The scope behind each manager of the SDK; one that is new in the SDK does not compile until it stands here. */
export const scopeOfManager: Readonly<Record<ManagerName, ScopeName | undefined>> = {
  // Token requests need no scope.
  authorization: undefined,
  ...inScope('content', [
    'appItemAssociations',
    'archives',
    'automateWorkflows',
    'chunkedUploads',
    'collections',
    'comments',
    'docgen',
    'docgenTemplate',
    'downloads',
    'fileClassifications',
    'fileMetadata',
    'fileRequests',
    'files',
    'fileVersions',
    'fileWatermarks',
    'folderClassifications',
    'folderLocks',
    'folderMetadata',
    'folders',
    'folderWatermarks',
    'hubCollaborations',
    'hubDocument',
    'hubItems',
    'hubs',
    'integrationMappings',
    'listCollaborations',
    'notes',
    'recentItems',
    'search',
    'sharedLinksAppItems',
    'sharedLinksFiles',
    'sharedLinksFolders',
    'sharedLinksWebLinks',
    'skills',
    'taskAssignments',
    'tasks',
    'trashedFiles',
    'trashedFolders',
    'trashedItems',
    'trashedWebLinks',
    'uploads',
    'userCollaborations',
    'webLinks',
    'workflows',
    'zipDownloads',
  ]),
  ...inScope('users', ['avatars', 'emailAliases', 'externalUsers', 'invites', 'sessionTermination', 'transfer', 'users']),
  ...inScope('groups', ['groups', 'memberships']),
  ...inScope('webhooks', ['webhooks']),
  ...inScope('enterprise', [
    'classifications',
    'collaborationAllowlistEntries',
    'collaborationAllowlistExemptTargets',
    'devicePinners',
    'enterpriseConfigurations',
    'events',
    'metadataCascadePolicies',
    'metadataTaxonomies',
    'metadataTemplates',
    'shieldInformationBarrierReports',
    'shieldInformationBarriers',
    'shieldInformationBarrierSegmentMembers',
    'shieldInformationBarrierSegmentRestrictions',
    'shieldInformationBarrierSegments',
    'shieldLists',
    'storagePolicies',
    'storagePolicyAssignments',
    'termsOfServices',
    'termsOfServiceUserStatuses',
  ]),
  ...inScope('retention', [
    'fileVersionLegalHolds',
    'fileVersionRetentions',
    'legalHoldPolicies',
    'legalHoldPolicyAssignments',
    'retentionPolicies',
    'retentionPolicyAssignments',
  ]),
  ...inScope('signatures', ['signRequests', 'signTemplates']),
  ...inScope('ai', ['ai', 'aiStudio']),
};

function inScope<M extends ManagerName>(scope: ScopeName, managers: readonly M[]): Record<M, ScopeName> {
  return Object.fromEntries(managers.map((manager) => [manager, scope])) as Record<M, ScopeName>;
}
