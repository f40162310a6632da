import { App, Stack } from 'aws-cdk-lib';
import { BoxApp, BoxAppAlarms, Foundation, JobLayer, loadStage, ScheduledBoxJob, StageEndpoints } from 'nightporter/infra';

const app = new App();
const loaded = await loadStage(app, import.meta.dirname);

const stack = new Stack(app, 'Records');
const foundation = new Foundation(stack, 'Porter', loaded);
const boxApps = [new BoxApp(stack, 'BoxApp', { stage: loaded.stage, app: 'default' })];
const layer = new JobLayer(stack, 'PorterLayer', { loaded });
new BoxAppAlarms(stack, 'BoxAppAlarms', { stage: loaded.stage, app: 'default', topic: foundation.alarms });
const jobs = loaded.jobs.map((job) => new ScheduledBoxJob(stack, job.id, { loaded, job, foundation, boxApps, layer }));
new StageEndpoints(stack, 'Endpoints', { loaded, foundation, jobs });
