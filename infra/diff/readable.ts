import type { Template } from './template.ts';

/** Parts of a path that the CDK adds. */
const added = new Set(['Default', 'Resource', 'DefaultPolicy', 'Policy']);

/** The construct's path as people know it: without the stack, and without what the CDK adds at its end. */
export function nameOf(template: Template, logicalId: string): string {
  const resource = template.Resources?.[logicalId];
  const path = resource?.Metadata?.['aws:cdk:path'];
  if (typeof path !== 'string') return logicalId;
  return path
    .split('/')
    .slice(1)
    .filter((part) => !added.has(part))
    .join('/');
}

/** What stands for a job's own function is the job. */
const parts: Readonly<Record<string, string>> = {
  Run: '',
  Start: 'schedule of ',
  Shard: 'shards of ',
  Receive: 'receiver of ',
  Deliver: 'handler of ',
};

/** Whose role, function or schedule: `storage-report` for the job, `schedule of storage-report` for what starts it. */
export function ownerOf(template: Template, logicalId: string): string {
  const name = nameOf(template, logicalId);
  const [, owner, part = ''] = /^(.+)\/(Run|Start|Shard|Receive|Deliver)(?:\/(?:Role|Schedule|Function|Source))?$/.exec(name) ?? [];
  return owner === undefined ? name : `${parts[part]}${owner}`;
}

/** Logical id of the resource that a value stands for; undefined where it is no reference to one of this template. */
export function referredTo(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { Ref, 'Fn::GetAtt': attribute } = value as { readonly Ref?: string; readonly 'Fn::GetAtt'?: string | readonly string[] };
  return Ref ?? [attribute].flat()[0]?.split('.')[0];
}

/** A value with its intrinsics in words: names of constructs for references, `<Region>` for what only a deployment knows. */
export function readable(template: Template, value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return value.map((each) => readable(template, each)).join(', ');
  const [entry] = Object.entries(value);
  if (entry === undefined) return '';
  const [intrinsic, argument] = entry as [string, unknown];
  switch (intrinsic) {
    case 'Ref':
      return typeof argument === 'string' && argument.startsWith('AWS::') ? `<${argument.slice(5)}>` : nameOf(template, String(argument));
    case 'Fn::GetAtt':
      return nameOf(template, String([argument].flat()[0]).split('.')[0] ?? '');
    case 'Fn::Join':
      return ((argument as [string, unknown[]])[1] ?? []).map((part) => readable(template, part)).join((argument as [string])[0]);
    // A name that is cut out of an ARN: the ARN's resource says more.
    case 'Fn::Select':
    case 'Fn::Split':
      return readable(template, (argument as readonly unknown[])[1]);
    case 'Fn::GetStackOutput':
      return ofOtherStack(argument as { readonly StackName?: string; readonly OutputName?: string });
    case 'Fn::If':
      return ((argument as unknown[]) ?? []).map((part) => readable(template, part)).join(' / ');
    default:
      return JSON.stringify(value);
  }
}

/** CDK names the output of a reference after the logical id, which ends in a hash. */
function ofOtherStack({ StackName = '', OutputName = '' }: { readonly StackName?: string; readonly OutputName?: string }): string {
  const [, logicalId = OutputName] = /^PublishOutput(?:FnGetAtt|Ref)(.+?)[0-9A-F]{8}(?:Arn)?[0-9A-F]{8}$/.exec(OutputName) ?? [];
  return `${StackName.split('-').at(-1)} ${logicalId}`.trim();
}
