import * as DynamoDb from '@aws-sdk/client-dynamodb';
import * as S3 from '@aws-sdk/client-s3';
import type { Place } from './place.ts';
import type { Tour } from './stop.ts';

const nowhere = { Bucket: 'no-such-bucket-of-the-tour' };
const object = ({ outputs }: Place) => ({ Bucket: outputs.bucket, Key: 'a' });

async function upload(place: Place) {
  const { UploadId } = await place.s3.send(new S3.CreateMultipartUploadCommand(object(place)));
  return { ...object(place), UploadId };
}
const part = async (place: Place) => {
  const begun = await upload(place);
  const { ETag } = await place.s3.send(new S3.UploadPartCommand({ ...begun, PartNumber: 1, Body: 'text' }));
  return { ...begun, MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] } };
};
const put = (place: Place) => place.s3.send(new S3.PutObjectCommand({ ...object(place), Body: 'text' }));
const noUpload = (place: Place) => ({ ...object(place), UploadId: 'nobody' });

export const s3: Tour = {
  PutObject: {
    works: put,
    refused: [
      'PreconditionFailed',
      (place) => place.s3.send(new S3.PutObjectCommand({ ...object(place), Body: 'text', IfNoneMatch: '*' })),
    ],
  },
  GetObject: {
    works: (place) => place.s3.send(new S3.GetObjectCommand(object(place))),
    refused: ['NoSuchKey', (place) => place.s3.send(new S3.GetObjectCommand({ ...object(place), Key: 'nothing' }))],
  },
  HeadObject: {
    works: (place) => place.s3.send(new S3.HeadObjectCommand(object(place))),
    refused: ['NotFound', (place) => place.s3.send(new S3.HeadObjectCommand({ ...object(place), Key: 'nothing' }))],
  },
  DeleteObject: {
    works: (place) => place.s3.send(new S3.DeleteObjectCommand(object(place))),
    refused: ['NoSuchBucket', ({ s3: client }) => client.send(new S3.DeleteObjectCommand({ ...nowhere, Key: 'a' }))],
  },
  ListObjectsV2: {
    works: ({ s3: client, outputs }) => client.send(new S3.ListObjectsV2Command({ Bucket: outputs.bucket })),
    refused: ['NoSuchBucket', ({ s3: client }) => client.send(new S3.ListObjectsV2Command(nowhere))],
  },
  ListObjectVersions: {
    works: ({ s3: client, outputs }) => client.send(new S3.ListObjectVersionsCommand({ Bucket: outputs.bucket })),
    refused: ['NoSuchBucket', ({ s3: client }) => client.send(new S3.ListObjectVersionsCommand(nowhere))],
  },
  HeadBucket: {
    works: ({ s3: client, outputs }) => client.send(new S3.HeadBucketCommand({ Bucket: outputs.bucket })),
    refused: ['NotFound', ({ s3: client }) => client.send(new S3.HeadBucketCommand(nowhere))],
  },
  GetBucketLocation: {
    works: ({ s3: client, outputs }) => client.send(new S3.GetBucketLocationCommand({ Bucket: outputs.bucket })),
    refused: ['NoSuchBucket', ({ s3: client }) => client.send(new S3.GetBucketLocationCommand(nowhere))],
  },
  GetBucketLifecycleConfiguration: {
    works: ({ s3: client, outputs }) => client.send(new S3.GetBucketLifecycleConfigurationCommand({ Bucket: outputs.bucket })),
    refused: [
      'NoSuchLifecycleConfiguration',
      ({ s3: client, outputs }) => client.send(new S3.GetBucketLifecycleConfigurationCommand({ Bucket: outputs.bare })),
    ],
  },
  CreateMultipartUpload: {
    works: upload,
    refused: ['NoSuchBucket', ({ s3: client }) => client.send(new S3.CreateMultipartUploadCommand({ ...nowhere, Key: 'a' }))],
  },
  UploadPart: {
    works: part,
    refused: ['NoSuchUpload', (place) => place.s3.send(new S3.UploadPartCommand({ ...noUpload(place), PartNumber: 1, Body: 'text' }))],
  },
  ListParts: {
    works: async (place) => place.s3.send(new S3.ListPartsCommand(await part(place))),
    refused: ['NoSuchUpload', (place) => place.s3.send(new S3.ListPartsCommand(noUpload(place)))],
  },
  CompleteMultipartUpload: {
    works: async (place) => place.s3.send(new S3.CompleteMultipartUploadCommand(await part(place))),
    refused: ['NoSuchUpload', (place) => place.s3.send(new S3.CompleteMultipartUploadCommand(noUpload(place)))],
  },
  AbortMultipartUpload: {
    works: async (place) => place.s3.send(new S3.AbortMultipartUploadCommand(await upload(place))),
    refused: ['NoSuchUpload', (place) => place.s3.send(new S3.AbortMultipartUploadCommand(noUpload(place)))],
  },
};

const TableName = 'nobody';
const Key = { pk: { S: 'a' } };
const table = ({ outputs }: Place) => ({ TableName: outputs.table });
const missing = { ConditionExpression: 'attribute_exists(nothing)' };
const byKey = { KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': { S: 'a' } } };
const writes = { 'no-such-table': [{ PutRequest: { Item: Key } }] };

export const dynamodb: Tour = {
  PutItem: {
    works: (place) => place.dynamodb.send(new DynamoDb.PutItemCommand({ ...table(place), Item: Key })),
    refused: [
      'ConditionalCheckFailedException',
      (place) => place.dynamodb.send(new DynamoDb.PutItemCommand({ ...table(place), Item: Key, ...missing })),
    ],
  },
  GetItem: {
    works: (place) => place.dynamodb.send(new DynamoDb.GetItemCommand({ ...table(place), Key })),
    refused: ['ResourceNotFoundException', ({ dynamodb: client }) => client.send(new DynamoDb.GetItemCommand({ TableName, Key }))],
  },
  UpdateItem: {
    works: (place) => place.dynamodb.send(new DynamoDb.UpdateItemCommand({ ...table(place), Key })),
    refused: [
      'ConditionalCheckFailedException',
      (place) => place.dynamodb.send(new DynamoDb.UpdateItemCommand({ ...table(place), Key, ...missing })),
    ],
  },
  Query: {
    works: (place) => place.dynamodb.send(new DynamoDb.QueryCommand({ ...table(place), ...byKey })),
    refused: ['ResourceNotFoundException', ({ dynamodb: client }) => client.send(new DynamoDb.QueryCommand({ TableName, ...byKey }))],
  },
  Scan: {
    works: (place) => place.dynamodb.send(new DynamoDb.ScanCommand(table(place))),
    refused: ['ResourceNotFoundException', ({ dynamodb: client }) => client.send(new DynamoDb.ScanCommand({ TableName }))],
  },
  DeleteItem: {
    works: (place) => place.dynamodb.send(new DynamoDb.DeleteItemCommand({ ...table(place), Key })),
    refused: [
      'ConditionalCheckFailedException',
      (place) => place.dynamodb.send(new DynamoDb.DeleteItemCommand({ ...table(place), Key, ...missing })),
    ],
  },
  DescribeTable: {
    works: (place) => place.dynamodb.send(new DynamoDb.DescribeTableCommand(table(place))),
    refused: ['ResourceNotFoundException', ({ dynamodb: client }) => client.send(new DynamoDb.DescribeTableCommand({ TableName }))],
  },
  DescribeTimeToLive: {
    works: (place) => place.dynamodb.send(new DynamoDb.DescribeTimeToLiveCommand(table(place))),
    refused: ['ResourceNotFoundException', ({ dynamodb: client }) => client.send(new DynamoDb.DescribeTimeToLiveCommand({ TableName }))],
  },
  BatchWriteItem: {
    works: ({ dynamodb: client, outputs }) =>
      client.send(new DynamoDb.BatchWriteItemCommand({ RequestItems: { [outputs.table ?? '']: [{ PutRequest: { Item: Key } }] } })),
    refused: [
      'ResourceNotFoundException',
      ({ dynamodb: client }) => client.send(new DynamoDb.BatchWriteItemCommand({ RequestItems: writes })),
    ],
  },
  BatchGetItem: {
    works: ({ dynamodb: client, outputs }) =>
      client.send(new DynamoDb.BatchGetItemCommand({ RequestItems: { [outputs.table ?? '']: { Keys: [Key] } } })),
    refused: [
      'ResourceNotFoundException',
      ({ dynamodb: client }) => client.send(new DynamoDb.BatchGetItemCommand({ RequestItems: { 'no-such-table': { Keys: [Key] } } })),
    ],
  },
};
