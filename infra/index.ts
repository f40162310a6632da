/** The constructs, for a CDK app of one's own: `await loadStage(app, root)` first, then one of each. */
export { type Armed, alwaysArmed, armedBy } from './constructs/armed.ts';
export { BoxApp, type BoxAppProps } from './constructs/box-app.ts';
export { BoxAppAlarms, type BoxAppAlarmsProps } from './constructs/box-app-alarms.ts';
export { Foundation, type FoundationProps } from './constructs/foundation.ts';
export { JobLayer, type JobLayerProps } from './constructs/job-layer.ts';
export { ScheduledBoxJob, type ScheduledBoxJobProps } from './constructs/scheduled-box-job.ts';
export type { EnabledJob } from './enabled-jobs.ts';
export { type LoadedStage, loadStage } from './load-stage.ts';
export type { Stage } from './settings.ts';
export { synthesizeStage } from './stage.ts';
