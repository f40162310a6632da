import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Template {
  readonly Resources: Record<
    string,
    {
      readonly Type: string;
      readonly Properties: Record<string, unknown>;
      readonly Metadata?: Record<string, unknown>;
      readonly DeletionPolicy?: string;
      readonly DependsOn?: readonly string[];
    }
  >;
}

export interface AlteredAssembly extends AsyncDisposable {
  readonly folder: string;
}

/** A copy of an assembly one of whose stacks was edited: what a deploy of other settings, or of a mistake, would be. */
export async function altered(
  assembly: string,
  change: (template: Template) => void,
  { stage = 'sandbox', stack = 'Jobs' }: { readonly stage?: string; readonly stack?: 'Foundation' | 'Jobs' | 'Webhooks' | 'Deploy' } = {},
): Promise<AlteredAssembly> {
  const parent = await mkdtemp(join(tmpdir(), 'nightporter-altered-'));
  const folder = join(parent, 'cdk.out');
  await cp(assembly, folder, { recursive: true });
  const file = join(folder, `Nightporter-${stage}-${stack}.template.json`);
  const template = JSON.parse(await readFile(file, 'utf8')) as Template;
  change(template);
  await writeFile(file, JSON.stringify(template));
  return { folder, [Symbol.asyncDispose]: () => rm(parent, { recursive: true, force: true }) };
}

/** Sets a property of every function. */
export function onFunctions(set: Readonly<Record<string, unknown>>): (template: Template) => void {
  return ({ Resources }) => {
    for (const { Type, Properties } of Object.values(Resources)) if (Type === 'AWS::Lambda::Function') Object.assign(Properties, set);
  };
}

/** The last thing that a stack makes fails, as a quota would let it fail. */
export function failing({ Resources }: Template): void {
  const Statement = [{ Effect: 'Perhaps', Action: '*', Resource: '*' }];
  const PolicyDocument = { Statement };
  Resources.Failing = {
    Type: 'AWS::IAM::ManagedPolicy',
    Properties: { PolicyDocument },
    DependsOn: Object.keys(Resources),
  };
}

/** Takes an action out of every role's policies. */
export function withoutAction(action: string): (template: Template) => void {
  return ({ Resources }) => {
    for (const { Type, Properties } of Object.values(Resources)) {
      if (Type !== 'AWS::IAM::Policy') continue;
      const { Statement } = Properties.PolicyDocument as { Statement: { Action: string | string[] }[] };
      for (const statement of Statement) {
        const left = [statement.Action].flat().filter((name) => name !== action);
        statement.Action = left.length > 0 ? left : ['none:Nothing'];
      }
    }
  };
}
