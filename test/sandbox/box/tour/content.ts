import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Stop } from './tour.ts';

const bigFile = Buffer.alloc(3000, 'box');
const digest = (bytes: Buffer) => `sha=${createHash('sha1').update(bytes).digest('base64')}`;
const bytes = (text: string) => Readable.from([Buffer.from(text)]);

/** Folders, files, versions and uploads in parts. */
export const contentStops: readonly Stop[] = [
  [
    'POST /2.0/folders',
    async (tour) => {
      tour.folder = (await tour.user.folders.createFolder({ name: 'Tour', parent: { id: '0' } })).id;
    },
  ],
  ['GET /2.0/folders/:id', ({ user, folder }) => user.folders.getFolderById(folder)],
  [
    'PUT /2.0/folders/:id',
    ({ user, folder }) =>
      user.sharedLinksFolders.addShareLinkToFolder(folder, { sharedLink: { access: 'open' } }, { fields: 'shared_link' }),
  ],
  ['POST /2.0/folders/:id/copy', ({ user, folder }) => user.folders.copyFolder(folder, { parent: { id: '0' }, name: 'Tour again' })],
  [
    'OPTIONS /2.0/files/content',
    ({ user, folder }) => user.uploads.preflightFileUploadCheck({ name: 'a.txt', size: 5, parent: { id: folder } }),
  ],
  [
    'POST /api/2.0/files/content',
    async (tour) => {
      const attributes = { name: 'a.txt', parent: { id: tour.folder } };
      tour.file = (await tour.user.uploads.uploadFile({ attributes, file: bytes('first') })).entries?.[0]?.id ?? '';
    },
  ],
  [
    'POST /api/2.0/files/:id/content',
    ({ user, file }) => user.uploads.uploadFileVersion(file, { attributes: { name: 'a.txt' }, file: bytes('second') }),
  ],
  ['GET /2.0/folders/:id/items', ({ user, folder }) => user.folders.getFolderItems(folder)],
  ['GET /2.0/web_links/:id', ({ user, webLink }) => user.webLinks.getWebLinkById(webLink)],
  [
    'PUT /2.0/web_links/:id',
    ({ user, webLink }) =>
      user.sharedLinksWebLinks.updateSharedLinkOnWebLink(webLink, { sharedLink: { access: 'company' } }, { fields: 'shared_link' }),
  ],
  ['GET /2.0/files/:id', ({ user, file }) => user.files.getFileById(file)],
  [
    'PUT /2.0/files/:id',
    ({ user, file }) => user.files.updateFileById(file, { requestBody: { name: 'b.txt', description: 'Renamed', tags: ['x'] } }),
  ],
  ['POST /2.0/files/:id/copy', ({ user, file }) => user.files.copyFile(file, { parent: { id: '0' }, name: 'c.txt' })],
  ['GET /2.0/files/:id/content', ({ user, file }) => user.downloads.downloadFile(file)],
  [
    'GET /2.0/files/:id/versions',
    async (tour) => {
      tour.version = (await tour.user.fileVersions.getFileVersions(tour.file)).entries?.[0]?.id ?? '';
    },
  ],
  ['GET /2.0/files/:id/versions/:version', ({ user, file, version }) => user.fileVersions.getFileVersionById(file, version)],
  [
    'POST /2.0/files/:id/versions/current',
    ({ user, file, version }) => user.fileVersions.promoteFileVersion(file, { requestBody: { id: version, type: 'file_version' } }),
  ],
  ['DELETE /2.0/files/:id/versions/:version', ({ user, file, version }) => user.fileVersions.deleteFileVersionById(file, version)],

  [
    'POST /api/2.0/files/:id/upload_sessions',
    async ({ user, file }) => user.chunkedUploads.createFileUploadSessionForExistingFile(file, { fileSize: 3000 }),
  ],
  [
    'POST /api/2.0/files/upload_sessions',
    async (tour) => {
      const request = { folderId: tour.folder, fileSize: bigFile.length, fileName: 'big.bin' };
      tour.session = (await tour.user.chunkedUploads.createFileUploadSession(request)).id ?? '';
    },
  ],
  [
    'PUT /api/2.0/files/upload_sessions/:session',
    async (tour) => {
      for (let at = 0; at < bigFile.length; at += 750) {
        const part = bigFile.subarray(at, at + 750);
        const headers = { digest: digest(part), contentRange: `bytes ${at}-${at + 749}/3000` };
        tour.parts.push(await tour.user.chunkedUploads.uploadFilePart(tour.session, Readable.from([part]), headers));
      }
    },
  ],
  ['GET /api/2.0/files/upload_sessions/:session', ({ user, session }) => user.chunkedUploads.getFileUploadSessionById(session)],
  ['GET /api/2.0/files/upload_sessions/:session/parts', ({ user, session }) => user.chunkedUploads.getFileUploadSessionParts(session)],
  [
    'POST /api/2.0/files/upload_sessions/:session/commit',
    ({ user, session, parts }) => {
      const listed = parts.flatMap(({ part }) => (part ? [part] : []));
      return user.chunkedUploads.createFileUploadSessionCommit(session, { parts: listed }, { digest: digest(bigFile) });
    },
  ],
  [
    'DELETE /api/2.0/files/upload_sessions/:session',
    async ({ user, folder }) => {
      const { id = '' } = await user.chunkedUploads.createFileUploadSession({ folderId: folder, fileSize: 3000, fileName: 'never.bin' });
      return user.chunkedUploads.deleteFileUploadSessionById(id);
    },
  ],
];
