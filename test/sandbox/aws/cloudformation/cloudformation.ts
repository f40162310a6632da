import { AwsError } from '../http/aws-error.ts';
import { pageOf } from '../http/page.ts';
import { queryService } from '../http/query-service.ts';
import { elements } from '../http/xml.ts';
import type { Service } from '../service.ts';
import type { StackOutput, StackRecord, StackResource } from './stack-record.ts';

/** Stacks or resources of one answer. */
const pageLimit = 100;

/** The reading half of CloudFormation; the sandbox itself deploys. */
export function cloudFormation(stacks: ReadonlyMap<string, StackRecord>, region: string, accountId: string): Service {
  const nameOf = (form: URLSearchParams) => form.get('StackName')?.replace(/^arn:[^/]*stack\/([^/]+)\/.*$/, '$1');
  const needs = (action: string) => (form: URLSearchParams) => {
    const name = nameOf(form);
    const resource = name === undefined ? '*' : `arn:aws:cloudformation:${region}:${accountId}:stack/${name}/*`;
    return [{ action: `cloudformation:${action}`, resource }] as const;
  };
  const find = (form: URLSearchParams): StackRecord => {
    const stack = stacks.get(nameOf(form) ?? '');
    if (stack === undefined) throw new AwsError('ValidationError', `Stack with id ${form.get('StackName')} does not exist`);
    return stack;
  };
  return queryService('cloudformation', 'http://cloudformation.amazonaws.com/doc/2010-05-15/', {
    DescribeStacks: {
      needs: needs('DescribeStacks'),
      answer: (form) => listPage('Stacks', form.has('StackName') ? [find(form)] : [...stacks.values()], form, stackElement),
    },
    GetTemplate: {
      needs: needs('GetTemplate'),
      answer: (form) =>
        elements({ TemplateBody: JSON.stringify(find(form).template) }) + list('StagesAvailable', ['Original', 'Processed']),
    },
    ListStackResources: {
      needs: needs('ListStackResources'),
      answer: (form) => listPage('StackResourceSummaries', [...find(form).resources.values()], form, resourceElement),
    },
  });
}

function stackElement(stack: StackRecord): string {
  const flat = elements({
    StackName: stack.name,
    StackId: stack.id,
    StackStatus: stack.status,
    StackStatusReason: stack.reason,
    CreationTime: time(stack.createdAt),
    LastUpdatedTime: stack.updatedAt === undefined ? undefined : time(stack.updatedAt),
    DisableRollback: false,
    Description: stack.template.Description,
  });
  return flat + list('Outputs', stack.outputs.map(outputElement));
}

function outputElement({ name, value, exportName, description }: StackOutput): string {
  return elements({ OutputKey: name, OutputValue: value, ExportName: exportName, Description: description });
}

function resourceElement({ logicalId, ref, type, status, changedAt }: StackResource): string {
  return elements({
    LogicalResourceId: logicalId,
    PhysicalResourceId: ref,
    ResourceType: type,
    ResourceStatus: status,
    LastUpdatedTimestamp: time(changedAt),
  });
}

function listPage<T>(name: string, all: readonly T[], form: URLSearchParams, element: (each: T) => string): string {
  const { items, next } = pageOf(all, form.get('NextToken'), pageLimit, 'ValidationError');
  return list(name, items.map(element)) + elements({ NextToken: next });
}

function list(name: string, members: readonly string[]): string {
  return `<${name}>${elements({ member: members })}</${name}>`;
}

function time(at: number): string {
  return new Date(at).toISOString();
}
