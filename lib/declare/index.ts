/** The vocabulary of job files: all that `functions/` may import by value from us. */
export * as z from 'zod/mini';
export type {
  Capabilities,
  Capability,
  FreshGrants,
  GrantDiagnosis,
  GrantOutcome,
  MissingRun,
  RunWatch,
} from './capability.ts';
export type { ManagerName, Managers } from './manager.ts';
export type {
  Cell,
  Chart,
  Column,
  Order,
  PublishedReport,
  ReportDefinition,
  ReportSink,
  ReportSummary,
  ReportWriter,
  Row,
  Total,
} from './report.ts';
export type { Schedule } from './schedule.ts';
export { cron, rate } from './schedule.ts';
export type {
  JobContext,
  Log,
  LogFields,
  MarkerPage,
  MetricOptions,
  Pages,
  Run,
  RunCounts,
  ScheduledJob,
} from './scheduled-job.ts';
export { everyApp, scheduledJob } from './scheduled-job.ts';
export type { ManagedUser, RunAs, ServiceAccount, Setting, Through } from './subject.ts';
export { managedUser, serviceAccount, setting } from './subject.ts';
export type {
  CollaborationSource,
  CommentSource,
  FileSource,
  FolderSource,
  KnownTrigger,
  Source,
  TaskAssignmentSource,
  Trigger,
} from './trigger.ts';
export type { Delivery, EventOf, Mode, Webhook, WebhookContext, WebhookEvent, WebhookTarget } from './webhook.ts';
export { file, folder, webhook } from './webhook.ts';
