import { ownerOf, readable, referredTo } from './readable.ts';
import { type Grant, grantsOn, grantsTo, list, principal } from './statements.ts';
import { resourcesOf, type Template } from './template.ts';

type Properties = Readonly<Record<string, unknown>>;
type Ask = (template: Template, logicalId: string, properties: Properties) => readonly Grant[];

/** Where a template says who may do what. */
const asks: Readonly<Record<string, Ask>> = {
  'AWS::IAM::Policy': (template, _, properties) =>
    holders(template, properties).flatMap((who) => grantsTo(template, who, properties.PolicyDocument)),
  'AWS::IAM::ManagedPolicy': (template, id, properties) => [
    ...grantsTo(template, `whoever holds ${ownerOf(template, id)}`, properties.PolicyDocument),
    ...holders(template, properties).map((who) => allOf(who, ownerOf(template, id))),
  ],
  'AWS::IAM::Role': (template, id, { AssumeRolePolicyDocument, Policies, ManagedPolicyArns }) => [
    ...grantsOn(template, ownerOf(template, id), AssumeRolePolicyDocument),
    ...list(Policies).flatMap((policy) => grantsTo(template, ownerOf(template, id), (policy as Properties).PolicyDocument)),
    ...list(ManagedPolicyArns).map((arn) => allOf(ownerOf(template, id), readable(template, arn))),
  ],
  'AWS::KMS::Key': (template, id, { KeyPolicy }) => grantsOn(template, ownerOf(template, id), KeyPolicy),
  'AWS::S3::BucketPolicy': ofPolicyDocument,
  'AWS::SQS::QueuePolicy': ofPolicyDocument,
  'AWS::SNS::TopicPolicy': ofPolicyDocument,
  'AWS::SecretsManager::ResourcePolicy': (template, id, { ResourcePolicy }) => grantsOn(template, ownerOf(template, id), ResourcePolicy),
  'AWS::Lambda::Permission': (template, _, properties) => [
    {
      who: principal(template, properties.Principal),
      verb: 'may',
      action: readable(template, properties.Action),
      on: readable(template, properties.FunctionName),
      when: permitted(template, properties),
    },
  ],
};

/** Every grant of the template, one action each. */
export function grantsOf(template: Template): readonly Grant[] {
  return resourcesOf(template, ...Object.keys(asks)).flatMap(
    ([id, { Type, Properties = {} }]) => asks[Type]?.(template, id, Properties) ?? [],
  );
}

function ofPolicyDocument(template: Template, id: string, { PolicyDocument }: Properties): readonly Grant[] {
  return grantsOn(template, ownerOf(template, id), PolicyDocument);
}

/** Whom a policy is attached to, by itself. */
function holders(template: Template, { Roles, Users, Groups }: Properties): readonly string[] {
  return [Roles, Users, Groups].flatMap(list).map((holder) => {
    const logicalId = referredTo(holder);
    return logicalId === undefined ? readable(template, holder) : ownerOf(template, logicalId);
  });
}

function allOf(who: string, policy: string): Grant {
  return { who, verb: 'may', action: `all of ${policy}`, on: '*', when: '' };
}

/** What else a permission asks of a call. */
function permitted(template: Template, properties: Properties): string {
  const { SourceArn, SourceAccount, PrincipalOrgID, FunctionUrlAuthType, InvokedViaFunctionUrl } = properties;
  const asked = [
    SourceArn !== undefined && `called for ${readable(template, SourceArn)}`,
    SourceAccount !== undefined && `called for the account ${readable(template, SourceAccount)}`,
    PrincipalOrgID !== undefined && `of the organization ${readable(template, PrincipalOrgID)}`,
    FunctionUrlAuthType !== undefined && `the URL's auth type is ${readable(template, FunctionUrlAuthType)}`,
    InvokedViaFunctionUrl === true && 'called by its URL',
  ];
  return asked.filter((each) => each !== false).join(' and ');
}
