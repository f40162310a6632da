import * as z from 'zod/mini';
import type { Template } from './assembly.ts';

const values = z.record(z.string(), z.unknown());

const resource = z.strictObject({
  Type: z.string(),
  Properties: z.optional(values),
  DependsOn: z.optional(z.union([z.string(), z.array(z.string())])),
  Condition: z.optional(z.string()),
  DeletionPolicy: z.optional(z.enum(['Delete', 'Retain', 'RetainExceptOnCreate', 'Snapshot'])),
  UpdateReplacePolicy: z.optional(z.enum(['Delete', 'Retain', 'Snapshot'])),
  Metadata: z.optional(values),
});

const output = z.strictObject({
  Value: z.unknown(),
  Export: z.optional(z.strictObject({ Name: z.unknown() })),
  Description: z.optional(z.string()),
  Condition: z.optional(z.string()),
});

const parameter = z.strictObject({
  Type: z.string(),
  Default: z.optional(z.union([z.string(), z.number()])),
  AllowedValues: z.optional(z.array(z.union([z.string(), z.number()]))),
  Description: z.optional(z.string()),
});

/** Of the sections alone: each entry is looked at by itself, so that a complaint names it. */
const sections = z.strictObject({
  AWSTemplateFormatVersion: z.optional(z.string()),
  Description: z.optional(z.string()),
  Metadata: z.optional(values),
  // The CDK's own, about its bootstrap stack.
  Rules: z.optional(values),
  Parameters: z.optional(values),
  Mappings: z.optional(z.record(z.string(), z.record(z.string(), values))),
  Conditions: z.optional(values),
  Resources: z.optional(values),
  Outputs: z.optional(values),
});

/**
 * A template as CloudFormation takes it, its intrinsics aside.
 * @throws Error with one sentence that names the stack, and the resource, output or parameter
 */
export function parseTemplate(template: unknown, stackName: string): Template {
  const { Resources = {}, Outputs = {}, Parameters = {}, ...rest } = shaped(sections, template, stackName, 'a template');
  return {
    ...rest,
    Resources: eachOf(Resources, (id, value) => {
      const hasType = typeof (value as { Type?: unknown } | null)?.Type === 'string';
      if (!hasType) throw new Error(`${stackName}/${id}: a resource without a type.`);
      return shaped(resource, value, `${stackName}/${id}`, 'a resource');
    }),
    Outputs: eachOf(Outputs, (id, value) => shaped(output, value, `${stackName}/${id} (output)`, 'an output')),
    Parameters: eachOf(Parameters, (id, value) => shaped(parameter, value, `${stackName}/${id} (parameter)`, 'a parameter')),
  } as Template;
}

function eachOf<T>(entries: Readonly<Record<string, unknown>>, parse: (id: string, value: unknown) => T): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(entries).map(([id, value]) => [id, parse(id, value)]));
}

function shaped<T>(schema: z.ZodMiniType<T>, value: unknown, where: string, what: string): T {
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  const [issue] = error.issues;
  if (issue?.code === 'unrecognized_keys') throw new Error(`${where}: the sandbox does not know ${issue.keys[0]} in ${what}.`);
  const path = issue?.path.join('.') ?? '';
  throw new Error(
    `${where}: ${path === '' ? `${what} must be an object` : `${path} of ${what} has not the form that CloudFormation takes`}.`,
  );
}
