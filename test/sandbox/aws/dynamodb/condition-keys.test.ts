import { expect, test } from 'vitest';
import { conditionKeys } from './condition-keys.ts';

const one = { S: 'one' };

test.each([
  ['of an item that is read', 'GetItem', { Key: { pk: one, sk: { S: '-' } } }],
  ['of an item that is written', 'PutItem', { Item: { sk: { S: '-' }, pk: one } }],
  ['of a query', 'Query', { KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': one } }],
  [
    'of a query whose names and order are its own',
    'Query',
    {
      KeyConditionExpression: '#s = :s AND #p = :p',
      ExpressionAttributeNames: { '#p': 'pk', '#s': 'sk' },
      ExpressionAttributeValues: { ':p': one, ':s': { S: '-' } },
    },
  ],
])('the leading key %s is known', (_, operation, input) => {
  expect(conditionKeys(operation, input, 'pk')).toEqual({ 'dynamodb:LeadingKeys': ['one'] });
});

test('the leading key of an index and of a whole table are not: who may read a part must not get by', () => {
  const query = { IndexName: 'byState', KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': one } };
  expect(conditionKeys('Query', query, 'pk')).toEqual({});
  expect(conditionKeys('Scan', {}, 'pk')).not.toHaveProperty('dynamodb:LeadingKeys');
});

test('of a scan is known what it reads of each item, which is everything where it does not say', () => {
  const all = { 'dynamodb:Attributes': [], 'dynamodb:Select': 'ALL_ATTRIBUTES' };
  expect(conditionKeys('Scan', {}, 'pk')).toEqual(all);
  const some = { ProjectionExpression: 'pk, #n', ExpressionAttributeNames: { '#n': 'name' } };
  expect(conditionKeys('Scan', some, 'pk')).toEqual({ 'dynamodb:Attributes': ['pk', 'name'], 'dynamodb:Select': 'SPECIFIC_ATTRIBUTES' });
  expect(conditionKeys('Scan', { Select: 'COUNT' }, 'pk')).toEqual({ ...all, 'dynamodb:Select': 'COUNT' });
});
