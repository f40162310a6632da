import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { environment, required } from '../../env.ts';
import { awsClientOptions } from '../../http/aws-request-handler.ts';
import { archiveIn } from '../../sink/archive/archive.ts';
import type { CapabilityProvider } from '../provider.ts';

/** `archive:write`: copies of files in the stage's bucket, under `archive/<job>/`, which is all that the function's role may write to. */
export const capability: CapabilityProvider = {
  async prepare() {
    // S3's checksums need it: loaded here, in init, rather than with the first upload.
    process.getBuiltinModule('node:zlib');
    const parts = {
      s3: new S3Client({ ...awsClientOptions() }),
      table: new DynamoDBClient({ ...awsClientOptions() }),
      tableName: required(environment.runsTable),
      bucket: required(environment.reportsBucket),
    };
    return ({ run: { job }, signal, remainingMs }) => ({ properties: { archive: archiveIn({ ...parts, job, signal, remainingMs }) } });
  },
};
