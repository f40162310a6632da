import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudFormationClient, GetTemplateCommand } from '@aws-sdk/client-cloudformation';
import { NightporterError } from '../../lib/errors.ts';
import { type Place, withoutPlace } from './place.ts';
import type { Template } from './template.ts';

/** Templates by the names of their stacks. */
export type Templates = ReadonlyMap<string, Template>;

interface Manifest {
  readonly artifacts?: Readonly<Record<string, Artifact>>;
}

interface Artifact {
  readonly type: string;
  readonly environment?: Place;
  readonly properties?: { readonly templateFile?: string };
}

/** A stack of an assembly. */
interface Synthesised {
  readonly stack: string;
  readonly place: Place;
  readonly file: string;
}

/** Of an assembly's stacks; what an earlier synthesis left in the folder is not looked at. @throws NightporterError `COMMAND_INVALID` */
export function templatesIn(folder: string): Templates {
  return new Map(
    synthesisedIn(folder).map(({ stack, place, file }) => [
      stack,
      parse<Template>(withoutPlace(readFileSync(join(folder, file), 'utf8'), place), stack),
    ]),
  );
}

/** Where an assembly's stacks are deployed. @throws NightporterError `COMMAND_INVALID` */
export function placesIn(folder: string): ReadonlyMap<string, Place> {
  return new Map(synthesisedIn(folder).map(({ stack, place }) => [stack, place]));
}

function synthesisedIn(folder: string): readonly Synthesised[] {
  const { artifacts = {} } = parse<Manifest>(manifestIn(folder), folder);
  return Object.entries(artifacts).flatMap(([stack, { type, environment: place = '', properties }]) => {
    const file = properties?.templateFile;
    return type === 'aws:cloudformation:stack' && file !== undefined ? [{ stack, place, file }] : [];
  });
}

function manifestIn(folder: string): string {
  try {
    return readFileSync(join(folder, 'manifest.json'), 'utf8');
  } catch (cause) {
    throw new NightporterError('COMMAND_INVALID', `Run "npm run synth" first: ${folder} holds no synthesised stacks.`, { cause });
  }
}

/**
 * What is deployed of these stacks; one that is not is left out.
 * @throws NightporterError `AWS_REFUSED` when AWS does not say.
 */
export async function deployedTemplates(stacks: ReadonlyMap<string, Place>): Promise<Templates> {
  const client = new CloudFormationClient();
  const templates = await Promise.all(
    [...stacks].map(async ([stack, place]) => [stack, await deployedTemplate(client, stack, place)] as const),
  );
  return new Map(templates.flatMap(([stack, template]) => (template ? [[stack, template] as const] : [])));
}

async function deployedTemplate(client: CloudFormationClient, stack: string, place: Place): Promise<Template | undefined> {
  try {
    const { TemplateBody = '' } = await client.send(new GetTemplateCommand({ StackName: stack, TemplateStage: 'Original' }));
    return parse<Template>(withoutPlace(TemplateBody, place), stack);
  } catch (error) {
    if (error instanceof NightporterError) throw error;
    // How CloudFormation says that there is no such stack.
    if (error instanceof Error && error.name === 'ValidationError' && /does not exist/.test(error.message)) return undefined;
    const reason = error instanceof Error ? error.name : 'an unknown reason';
    throw new NightporterError('AWS_REFUSED', `Check credentials and Region, or name two folders to compare: ${reason} (${stack}).`, {
      cause: error,
    });
  }
}

function parse<T>(text: string, name: string): T {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new NightporterError('COMMAND_INVALID', `Deploy ${name} with the CDK: what it holds is not JSON.`, { cause });
  }
}
