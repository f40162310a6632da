/** The constructs, for a CDK app of one's own: `await loadStage(app, root)` first, then one of each. */
export { AnsweredWebhook, type AnsweredWebhookProps } from './constructs/answered-webhook.ts';
export { type Armed, alwaysArmed, armedBy } from './constructs/armed.ts';
export { BoxApp, type BoxAppProps } from './constructs/box-app.ts';
export { BoxAppAlarms, type BoxAppAlarmsProps } from './constructs/box-app-alarms.ts';
export { EventsTable } from './constructs/events-table.ts';
export { Foundation, type FoundationProps } from './constructs/foundation.ts';
export { JobLayer, type JobLayerProps } from './constructs/job-layer.ts';
export { ScheduledBoxJob, type ScheduledBoxJobProps } from './constructs/scheduled-box-job.ts';
export { SigningKeys, type SigningKeysProps } from './constructs/signing-keys.ts';
export { StageEndpoints, type StageEndpointsProps } from './constructs/stage-endpoints.ts';
export { WebhookIngress, type WebhookIngressProps } from './constructs/webhook-ingress.ts';
export type { EnabledJob } from './enabled-jobs.ts';
export type { EnabledWebhook } from './enabled-webhooks.ts';
export { type LoadedStage, loadStage } from './load-stage.ts';
export type { Stage } from './settings.ts';
export { synthesizeStage } from './stage.ts';
