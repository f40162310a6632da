import { AwsError } from '../http/aws-error.ts';
import { pageOf } from '../http/page.ts';
import { queryService } from '../http/query-service.ts';
import { elements } from '../http/xml.ts';
import type { Need } from '../iam/authorize.ts';
import type { Service } from '../service.ts';
import type { StackBook, StackOutput, StackRecord, StackResource } from './stack-record.ts';

/** Stacks or resources of one answer. */
const pageLimit = 100;

export interface CloudFormationHost {
  readonly region: string;
  readonly accountId: string;
  readonly book: StackBook;
  /** Takes a stack out of the book, and its resources with it. @throws Error with the reason why it stays */
  readonly remove: (stack: StackRecord) => Promise<unknown>;
}

/** What reads stacks, and what deletes them; the sandbox itself deploys. */
export function cloudFormation({ region, accountId, book, remove }: CloudFormationHost): Service {
  const { stacks } = book;
  /** By id: they can be asked for by that alone, since another one may have the name by now. */
  const gone = new Map<string, StackRecord>();
  const nameOf = (form: URLSearchParams) => form.get('StackName')?.replace(/^arn:[^/]*stack\/([^/]+)\/.*$/, '$1');
  const needs = (action: string) => (form: URLSearchParams) => {
    const name = nameOf(form);
    const resource = name === undefined ? '*' : `arn:aws:cloudformation:${region}:${accountId}:stack/${name}/*`;
    return [{ action: `cloudformation:${action}`, resource }] as const;
  };
  const find = (form: URLSearchParams): StackRecord => {
    const stack = stacks.get(nameOf(form) ?? '') ?? gone.get(form.get('StackName') ?? '');
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
    // Of the stack itself: what happens to each of its resources is not written down.
    DescribeStackEvents: {
      needs: needs('DescribeStackEvents'),
      answer: (form) => list('StackEvents', [eventElement(find(form))]),
    },
    DeleteStack: {
      needs: (form) => [...needs('DeleteStack')(form), ...passRole(form)],
      answer: (form) => {
        const stack = stacks.get(nameOf(form) ?? '');
        // AWS takes a stack that is not there for deleted.
        if (stack === undefined) return '';
        if (stack.isProtected) {
          throw new AwsError('ValidationError', `Stack [${stack.name}] cannot be deleted while TerminationProtection is enabled`);
        }
        stacks.set(stack.name, { ...stack, status: 'DELETE_IN_PROGRESS' });
        void remove(stack).then(
          () => gone.set(stack.id, { ...stack, status: 'DELETE_COMPLETE' }),
          (error: Error) => stacks.set(stack.name, { ...stack, status: 'DELETE_FAILED', reason: error.message }),
        );
        return '';
      },
    },
    ListStackResources: {
      needs: needs('ListStackResources'),
      answer: (form) => listPage('StackResourceSummaries', [...find(form).resources.values()], form, resourceElement),
    },
  });
}

/** Who has another role do it must be allowed to hand that role over. */
function passRole(form: URLSearchParams): readonly Need[] {
  const resource = form.get('RoleARN');
  return resource === null ? [] : [{ action: 'iam:PassRole', resource }];
}

function eventElement({ name, id, status, createdAt, updatedAt }: StackRecord): string {
  return elements({
    EventId: `${name}-${status}`,
    StackId: id,
    StackName: name,
    LogicalResourceId: name,
    PhysicalResourceId: id,
    ResourceType: 'AWS::CloudFormation::Stack',
    ResourceStatus: status,
    Timestamp: time(updatedAt ?? createdAt),
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
