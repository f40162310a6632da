import { S3Client } from '@aws-sdk/client-s3';
import { environment, required } from '../../env.ts';
import { awsClientOptions } from '../../http/aws-request-handler.ts';
import { s3ObjectStore } from '../../sink/object-store.ts';
import { readPageAssets } from '../../sink/page/assets.ts';
import { openReportSink } from '../../sink/report.ts';
import type { CapabilityProvider } from '../provider.ts';

/** `reports:write`: a report in the stage's bucket, under `reports/<job>/`, which is all that the function's role may write to. */
export const capability: CapabilityProvider = {
  async prepare() {
    // S3's checksums need it: loaded here, in init, rather than with the first upload.
    process.getBuiltinModule('node:zlib');
    const objects = s3ObjectStore(new S3Client({ ...awsClientOptions() }));
    const bucket = required(environment.reportsBucket);
    // The build puts the page beside the folder that this file becomes a part of, in the layer's package.
    const page = await readPageAssets(new URL('../page/', import.meta.url));
    return ({ run, signal }) => {
      const { sink: report, abandon } = openReportSink({
        objects,
        bucket,
        prefix: 'reports',
        run,
        page,
        signal,
      });
      return { properties: { report }, close: abandon };
    };
  },
};
