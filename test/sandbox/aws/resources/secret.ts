import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Properties } from './properties.ts';
import type { ResourceType, ResourceTypes } from './resource-type.ts';

const secret: ResourceType = {
  properties: ['Description', 'GenerateSecretString', 'KmsKeyId', 'Name', 'SecretString', 'Tags'],
  replacedBy: ['Name'],
  create: ({ properties, physicalName }, { secrets }) => {
    const name = properties.optionalText('Name') ?? physicalName(512);
    const value = properties.optionalText('SecretString') ?? generated(properties.group('GenerateSecretString'));
    const { arn } = secrets.create(name, properties.optionalText('KmsKeyId'), value, properties.optionalText('Description'));
    return { ref: arn, attributes: { Id: arn } };
  },
  update: ({ properties }, { secrets }, existing) => {
    const isNew = ['SecretString', 'GenerateSecretString'].some(
      (name) => !isDeepStrictEqual(properties.raw(name), existing.properties.raw(name)),
    );
    const value = isNew ? (properties.optionalText('SecretString') ?? generated(properties.group('GenerateSecretString'))) : undefined;
    secrets.change(existing.ref, properties.optionalText('KmsKeyId'), value, properties.optionalText('Description'));
    return existing;
  },
  delete: ({ ref }, { secrets }) => secrets.remove(ref),
};

/** Random as on AWS, though of letters and digits only. */
function generated(generator: Properties | undefined): string | undefined {
  if (generator === undefined) return undefined;
  const password = randomBytes(64)
    .toString('hex')
    .slice(0, generator.number('PasswordLength') ?? 32);
  const key = generator.optionalText('GenerateStringKey');
  if (key === undefined) return password;
  return JSON.stringify({ ...(JSON.parse(generator.text('SecretStringTemplate')) as object), [key]: password });
}

export const secretTypes: ResourceTypes = { 'AWS::SecretsManager::Secret': secret };
