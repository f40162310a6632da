/** What a comparison reads of a CloudFormation template. */
export interface Template {
  readonly Parameters?: Readonly<Record<string, { readonly Default?: unknown }>>;
  readonly Resources?: Readonly<Record<string, TemplateResource>>;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  /** Where the CDK says which construct a resource is. */
  readonly Metadata?: Readonly<Record<string, unknown>>;
}

export function resourcesOf(template: Template, ...types: readonly string[]): readonly (readonly [string, TemplateResource])[] {
  return Object.entries(template.Resources ?? {}).filter(([, { Type }]) => types.includes(Type));
}
