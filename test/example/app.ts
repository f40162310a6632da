import { App, Stack } from 'aws-cdk-lib';
import {
  applyStage,
  BoxApp,
  BoxAppAlarms,
  BoxWebhook,
  EventsTable,
  Foundation,
  JobLayer,
  loadStage,
  ReconciledWebhooks,
  ScheduledBoxJob,
  SigningKeys,
  StageEndpoints,
  StagePolicies,
  seesToWebhooks,
  WebhookIngress,
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

const signingKeys = new SigningKeys(stack, 'SigningKeys', { stage, app: 'default' });
const events = new EventsTable(stack, 'Events');
const ingress = new WebhookIngress(stack, 'Ingress', { stage });
const answered = loaded.webhooks.map(
  (webhook) => new BoxWebhook(stack, webhook.id, { ...common, boxApp, signingKeys, events, ingress, webhook }),
);
for (const job of loaded.jobs.filter(({ declaration }) => seesToWebhooks(declaration))) {
  new ReconciledWebhooks(stack, job.id, { ...common, job, answered });
}
applyStage(stack, loaded);
