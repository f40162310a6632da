import { App, Stack } from 'aws-cdk-lib';
import {
  applyStage,
  BoxApp,
  BoxAppAlarms,
  BoxWebhooks,
  Foundation,
  JobLayer,
  loadStage,
  ScheduledBoxJob,
  StageEndpoints,
  StagePolicies,
  seesToWebhooks,
} from 'nightporter/infra';

const app = new App();
const loaded = await loadStage(app, import.meta.dirname);
const { stage } = loaded;

const stack = new Stack(app, 'Records');
const foundation = new Foundation(stack, 'Porter', loaded);
const boxApp = new BoxApp(stack, 'BoxApp', { stage, app: 'default' });
const common = { loaded, foundation, boxApps: [boxApp], layer: new JobLayer(stack, 'PorterLayer', { loaded }) };
new BoxAppAlarms(stack, 'BoxAppAlarms', { stage, app: 'default', topic: foundation.alarms });
const own = loaded.jobs.filter(({ declaration }) => !seesToWebhooks(declaration));
const jobs = own.map((job) => new ScheduledBoxJob(stack, job.id, { ...common, job }));
new StageEndpoints(stack, 'Endpoints', { loaded, foundation, jobs });
new StagePolicies(stack, 'Policies', { stageName: stage.name, foundation });
new BoxWebhooks(stack, 'Webhooks', common);
applyStage(stack, loaded);
