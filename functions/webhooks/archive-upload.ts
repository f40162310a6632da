import { folder, type JobContext, serviceAccount, setting, webhook } from 'nightporter';

type Box = JobContext<'files' | 'downloads', never, unknown>['box'];

const fields = ['name', 'size', 'sha1', 'file_version', 'created_at', 'modified_at', 'content_modified_at', 'owned_by', 'path_collection'];

/** Copies each new version of each file to S3, with its digest, whatever its size: what does not fit into one invocation goes on in the next. */
export default webhook({
  impact: 'New files are in Box alone: their copies in the archive are missing.',
  triggers: ['FILE.UPLOADED'],
  target: folder(setting('archiveFolder')),
  runAs: serviceAccount(),
  box: ['files', 'downloads'],
  uses: ['archive:write'],
  memoryMiB: 1024,
  timeoutMinutes: 14,
  async handle({ event, box, archive, log }) {
    // Events overtake each other: what is archived is the version that there is now.
    const file = await unlessGone(box.files.getFileById(event.source.id, { queryParams: { fields } }));
    const versionId = file?.fileVersion?.id;
    if (!file || versionId === undefined || file.size === undefined || file.sha1 === undefined) return gone(event.source.id, log);
    const { id, size, sha1 } = file;
    const archived = { fileId: id, versionId, size, sha1, metadata: describe(file) };
    const outcome = await unlessGone(archive.store(archived, (from) => download(box, id, versionId, from)));
    if (outcome === undefined) return gone(id, log);
    log.info(outcome === 'archived' ? 'A version was archived.' : 'This version is in the archive already.', {
      file: id,
      version: versionId,
      bytes: size,
    });
    return { archived: Number(outcome === 'archived'), bytes: outcome === 'archived' ? size : 0 };
  },
});

/** What a person needs to find a file again that is no longer in Box. */
function describe(file: Awaited<ReturnType<Box['files']['getFileById']>>): Readonly<Record<string, unknown>> {
  return {
    name: file.name,
    path: (file.pathCollection?.entries ?? []).map(({ id, name }) => ({ id, name })),
    owner: file.ownedBy?.id,
    createdAt: file.createdAt?.value,
    modifiedAt: file.modifiedAt?.value,
    contentModifiedAt: file.contentModifiedAt?.value,
  };
}

async function download(box: Box, id: string, version: string, from: number): Promise<AsyncIterable<Uint8Array>> {
  // A file of no bytes has no first one to ask for.
  const headers = from > 0 ? { range: `bytes=${from}-` } : {};
  const bytes = await box.downloads.downloadFile(id, { queryParams: { version }, headers });
  if (bytes === undefined) throw new Error('Box has the file, and does not give its bytes yet.');
  return bytes;
}

function gone(file: string, log: JobContext<never, never, unknown>['log']) {
  log.warn('Nothing to archive: the file has been deleted, or moved out of sight.', { file });
  return { archived: 0, gone: 1 };
}

/** Box answers 404 to what is deleted and to what can't be seen. */
async function unlessGone<T>(call: Promise<T>): Promise<T | undefined> {
  return call.catch((error: { readonly status?: unknown }) => {
    if (error.status === 404) return undefined;
    throw error;
  });
}
