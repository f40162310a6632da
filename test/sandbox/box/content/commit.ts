import { createHash } from 'node:crypto';
import type { BoxWorld, Call, Caller } from '../call.ts';
import type { Answer } from '../http/answer.ts';
import { invalidParameter, refusal } from '../http/error-body.ts';
import { dateOf, objectOf, withJson } from '../http/json-body.ts';
import { storedContent } from './bytes.ts';
import { refuseTaken } from './item-name.ts';
import { locateFor, refuseStale } from './place.ts';
import { storeFile, storeVersion } from './store.ts';
import { filesAnswer } from './upload.ts';
import type { UploadedPart, UploadSession } from './upload-session.ts';

/** Ask again in a second: Box says so while it puts together what has many parts. */
const notYet: Answer = { status: 202, headers: { 'retry-after': '1' } };
const manyParts = 3;

/** The parts become a file, or a version of one. */
export function commit(world: BoxWorld, call: Call, session: UploadSession, caller: Caller): Answer {
  return withJson(call, (body) => {
    const parts = [...session.parts.values()].sort((one, other) => one.offset - other.offset);
    const refused = refuseParts(session, parts, body.parts) ?? refuseDigest(call, parts);
    if (refused) return refused;
    session.askedAt ??= world.now();
    if (parts.length > manyParts && world.now() < session.askedAt + world.commitDelay) return notYet;
    const place = locateFor('upload', world, call, caller, session.target.type, session.target.id);
    if ('status' in place) return place;
    const taken = session.target.type === 'folder' ? refuseTaken(place.item, session.name) : refuseStale(call, place.item);
    if (taken) return taken;
    const content = storedContent(
      parts.map(({ bytes }) => bytes),
      digestOf(parts).toString('hex'),
    );
    const attributes = objectOf(body.attributes) ?? {};
    const dates = { contentCreatedAt: dateOf(attributes.content_created_at), contentModifiedAt: dateOf(attributes.content_modified_at) };
    world.uploads.remove(session);
    if (session.target.type === 'folder') {
      return filesAnswer(call, { ...place, item: storeFile(world, call, place, { name: session.name, content, ...dates }) }, 201);
    }
    storeVersion(world, call, place, { content, ...dates });
    return filesAnswer(call, place, 201);
  });
}

/** What the client lists has to be what arrived, and to fill the file. */
function refuseParts({ size }: UploadSession, parts: readonly UploadedPart[], listed: unknown): Answer | undefined {
  const arrived = parts.reduce((sum, { bytes }) => sum + bytes.length, 0);
  if (arrived !== size) return refusal(409, 'session_incomplete', 'Parts are missing');
  const ids = Array.isArray(listed) ? listed.map((part) => String(objectOf(part)?.part_id)) : [];
  const same = ids.length === parts.length && parts.every(({ id }, nth) => ids[nth] === id);
  return same ? undefined : invalidParameter('parts', ids.join(','), 'Not the parts of this session in their order');
}

function refuseDigest({ headers }: Call, parts: readonly UploadedPart[]): Answer | undefined {
  const fits = headers.digest === `sha=${digestOf(parts).toString('base64')}`;
  return fits ? undefined : refusal(412, 'digest_mismatch', 'The digest does not fit the file');
}

function digestOf(parts: readonly UploadedPart[]): Buffer {
  const hash = createHash('sha1');
  for (const { bytes } of parts) hash.update(bytes);
  return hash.digest();
}
