/** The vocabulary of job files: all that `functions/` may import by value from us. */
export * as z from 'zod/mini';
export type { Archive, ArchivedFile } from './archive.ts';
export type {
  Capabilities,
  Capability,
  CaughtUp,
  FreshGrants,
  GrantDiagnosis,
  GrantOutcome,
  MissingRun,
  Notifier,
  RunWatch,
  WebhookFinding,
  WebhookReconciler,
} from './capability.ts';
export type {
  Action,
  ActionItem,
  ActionKind,
  Applied,
  ApplyContext,
  Details,
  Limits,
  PlanContext,
  PlanCounts,
  PlanMode,
  PlanWork,
  Proposal,
  Unfinished,
} from './changing-job.ts';
export type {
  Content,
  ContentCursor,
  ItemCollaboration,
  ItemFact,
  ItemFacts,
  ItemType,
  LinkAccess,
  OwnedFolder,
  OwnedItem,
  OwnedOptions,
  OwnedPage,
  SharedLink,
} from './content.ts';
export type { DurableContext, DurableWork, RosterUser, RowSink, RunFacts, UserTotals } from './durable-job.ts';
export type { ChangingJob, DurableJob, PlainJob, ScheduledJob, StepwiseJob } from './job.ts';
export type {
  JobContext,
  Log,
  LogFields,
  MarkerPage,
  MetricOptions,
  OffsetPage,
  Pages,
  Run,
  RunCounts,
  StreamPage,
} from './job-context.ts';
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
  SummaryTable,
  Total,
} from './report.ts';
export type { Schedule } from './schedule.ts';
export { cron, rate } from './schedule.ts';
export { everyApp, scheduledJob } from './scheduled-job.ts';
export type {
  Concurrency,
  EachManagedUser,
  EachManagedUserOptions,
  ManagedUser,
  OneSubject,
  RunAs,
  ServiceAccount,
  Setting,
  Through,
  Tolerance,
  UserFilter,
  UserStatus,
} from './subject.ts';
export { eachManagedUser, managedUser, serviceAccount, setting } from './subject.ts';
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
export { unlessGone } from './unless-gone.ts';
export type { Delivery, EventOf, Mode, Webhook, WebhookContext, WebhookEvent, WebhookTarget } from './webhook.ts';
export { file, folder, webhook } from './webhook.ts';
