import { type Archive, type ArchivedFile, folder, type JobContext, serviceAccount, setting, unlessGone, webhook } from 'nightporter';

type Box = JobContext<'files' | 'fileVersions' | 'downloads', never, unknown>['box'];
type Log = JobContext<never, never, unknown>['log'];

const fields = ['name', 'size', 'sha1', 'file_version', 'created_at', 'modified_at', 'content_modified_at', 'owned_by', 'path_collection'];

/** Copies each new version of each file to S3, with its digest, whatever its size: what does not fit into one invocation goes on in the next. */
export default webhook({
  impact: 'New files are in Box alone: their copies in the archive are missing.',
  triggers: ['FILE.UPLOADED'],
  target: folder(setting('archiveFolder')),
  runAs: serviceAccount(),
  box: ['files', 'fileVersions', 'downloads'],
  uses: ['archive:write'],
  memoryMiB: 1024,
  timeoutMinutes: 14,
  async handle({ event, box, archive, log }) {
    const { id } = event.source;
    const file = await unlessGone(box.files.getFileById(id, { queryParams: { fields } }));
    if (!file) return gone(id, log);
    // Events overtake each other: the version that there is now, and the event's own, which may be an earlier one by now.
    const current = versionOf(file, file.fileVersion?.id, file);
    const earlier = current && (await earlierVersion(box, file, event.source.file_version?.id));
    const counts = { archived: 0, bytes: 0 };
    for (const version of [earlier, current]) {
      if (version === undefined) continue;
      const isNew = await archiveOne(version, { box, archive, log });
      if (isNew) {
        counts.archived++;
        counts.bytes += version.size;
      }
    }
    return current ? counts : gone(id, log);
  },
});

type File = Awaited<ReturnType<Box['files']['getFileById']>>;

function versionOf(
  file: File,
  versionId: string | undefined,
  { size, sha1 }: { readonly size?: number; readonly sha1?: string },
): ArchivedFile | undefined {
  if (versionId === undefined || size === undefined || sha1 === undefined) return undefined;
  return { fileId: file.id, versionId, size, sha1, metadata: describe(file) };
}

/** `undefined` where it is the current one, or is gone: Box keeps so many versions as the account has paid for. */
async function earlierVersion(box: Box, file: File, versionId: string | undefined): Promise<ArchivedFile | undefined> {
  if (!/^\d+$/.test(versionId ?? '') || versionId === undefined || versionId === file.fileVersion?.id) return undefined;
  const version = await unlessGone(box.fileVersions.getFileVersionById(file.id, versionId));
  return version && versionOf(file, versionId, version);
}

interface Tools {
  readonly box: Box;
  readonly archive: Archive;
  readonly log: Log;
}

async function archiveOne(version: ArchivedFile, { box, archive, log }: Tools): Promise<boolean> {
  const { fileId: file, versionId, size: bytes } = version;
  const outcome = await unlessGone(archive.store(version, (from) => download(box, file, versionId, from)));
  if (outcome === undefined) gone(file, log);
  else
    log.info(outcome === 'archived' ? 'A version was archived.' : 'This version is in the archive already.', {
      file,
      version: versionId,
      bytes,
    });
  return outcome === 'archived';
}

/** What a person needs to find a file again that is no longer in Box. */
function describe(file: File): Readonly<Record<string, unknown>> {
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

function gone(file: string, log: Log) {
  log.warn('Nothing to archive: the file has been deleted, or moved out of sight.', { file });
  return { archived: 0, gone: 1 };
}
