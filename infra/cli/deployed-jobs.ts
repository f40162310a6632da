import { everyApp, type ScheduledJob } from 'nightporter';
import { NightporterError } from '../../lib/errors.ts';
import { sources } from '../bundle/sources.ts';
import { discover } from '../discover.ts';
import { pascal } from '../pascal.ts';
import { appFolder } from './app-folder.ts';
import { type Deployment, kebab } from './deployment.ts';

/** A job that is deployed, with what its file in this clone declares. */
export interface DeployedJob {
  /** Its name in logs, metrics and claims. */
  readonly id: string;
  readonly functionName: string;
  /** The function of its shards; undefined for a job that has none. */
  readonly shardsName?: string | undefined;
  /** `undefined` when this clone has no file of that name. */
  readonly declaration: ScheduledJob | undefined;
  /** The Box app that it uses. */
  readonly app: string | undefined;
}

/** The deployed jobs beside their files. @throws NightporterError `DECLARATION_INVALID` for a file that does not load */
export async function deployedJobs({ functions, apps }: Deployment): Promise<readonly DeployedJob[]> {
  const declared = (await discover(appFolder(), sources)).flatMap(({ name, declaration }) => {
    if (declaration.app !== everyApp) return [{ id: name, declaration, app: declaration.app }];
    return apps.map((app) => ({ id: app.name === 'default' ? name : `${name}-${app.name}`, declaration, app: app.name }));
  });
  return functions
    .map(({ outputName, functionName, shardsName }) => {
      const found = declared.find(({ id }) => pascal(id) === outputName);
      return { functionName, shardsName, ...(found ?? { id: kebab(outputName), declaration: undefined, app: undefined }) };
    })
    .sort((one, other) => one.id.localeCompare(other.id));
}

/** @throws NightporterError `COMMAND_INVALID` naming those that there are */
export async function chooseJob(deployment: Deployment, id: string): Promise<DeployedJob> {
  const jobs = await deployedJobs(deployment);
  const job = jobs.find((each) => each.id === id);
  if (job) return job;
  const known = jobs.map((each) => each.id).join(', ');
  throw new NightporterError('COMMAND_INVALID', `Name a job of the stage "${deployment.stage}": "${id}" is none of ${known || '(none)'}.`);
}
