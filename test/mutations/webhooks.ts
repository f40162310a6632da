import type { Mutation } from './mutation.ts';

const lib = (name: string) => `lib/webhook/${name}.ts`;
const proof = (name: string) => `test/lib/webhook/${name}.test.ts`;

/** What would let a stranger in, lose an event, or do twice what people see. */
export const webhooks: readonly Mutation[] = [
  {
    defect: 'a message signed with an empty key is let in',
    file: lib('signature'),
    replace: { '!key?.symmetricKeySize': '!key' },
    test: proof('receiver'),
    promise: 'empty key',
  },
  {
    defect: 'an empty key in the secret is a key',
    file: lib('signing-keys'),
    replace: { "key === '' ? undefined : createSecretKey": 'createSecretKey' },
    test: proof('signing-keys'),
  },
  {
    defect: 'a recorded message is let in',
    file: lib('receiver'),
    replace: { "    if (!isTimely(request, now())) return 'unsigned';\n": '' },
    test: proof('hostile/hostile'),
    promise: 'recorded',
  },
  {
    defect: 'a signature is compared character by character',
    file: lib('signature'),
    replace: {
      'timingSafeEqual(Buffer.from(given), Buffer.from(signatureOf(key, body, timestamp)))': 'given === signatureOf(key, body, timestamp)',
    },
    test: proof('receiver'),
    promise: 'in a time that says nothing',
  },
  {
    defect: 'Box hears that its message is safe before the queue has answered',
    file: lib('receiver'),
    replace: { '      await enqueue(request);': '      enqueue(request).catch(() => undefined);' },
    test: proof('receiver'),
    promise: 'only when the queue has answered',
  },
  {
    defect: 'a body is signed without its time',
    file: lib('signature'),
    replace: { '.update(body).update(timestamp)': '.update(body)' },
    test: proof('validate-message'),
  },
  {
    defect: 'what SQS does not take is sent as it is',
    file: lib('envelope'),
    replace: { 'unsendable.test(text) ? undefined : text': 'text' },
    test: proof('receiver'),
    promise: 'byte by byte',
  },
  {
    defect: 'copies of an event are told apart by what Box calls the delivery',
    file: 'lib/entry/deliver/deliver-one.ts',
    replace: { 'eventId: event.id, leaseMs': 'eventId: envelope.deliveryId, leaseMs' },
    test: 'test/e2e/webhook-failures.test.ts',
    promise: 'as another delivery',
  },
  {
    defect: 'who was overtaken writes down that the event is done',
    file: lib('dedupe'),
    replace: { "'attempt = :attempt AND #state = :running'": "'#state = :running'" },
    test: proof('dedupe'),
    promise: 'is fenced',
  },
  {
    defect: 'an event that is being handled is begun by a copy of it',
    file: lib('dedupe'),
    replace: { '(leaseUntil < :now OR #owner = :owner)': '(leaseUntil > :now OR #owner = :owner)' },
    test: proof('dedupe'),
    promise: 'twenty copies',
  },
  {
    defect: 'events beside one that kills its handler are taken along again',
    file: 'lib/entry/deliver/deliver-batch.ts',
    replace: { 'records.length > 1 ? await suspectAmong(records, parts) : undefined': 'undefined as DeliveredRecord | undefined' },
    test: 'test/e2e/webhook-failures.test.ts',
    promise: 'kills its handler',
  },
  {
    defect: 'a round that was overtaken goes on changing webhooks',
    file: lib('reconcile/lease'),
    replace: { 'if (await book.keep(owner, now() + leaseMs)) return;': 'await book.keep(owner, now() + leaseMs);\n      return;' },
    test: proof('reconcile/beside.property'),
    promise: 'took too long',
  },
  {
    defect: 'two rounds change the webhooks of an app at once',
    file: lib('reconcile/lease'),
    replace: {
      'while (!(await book.take(owner, now() + leaseMs, now()))) await pause(pauseMs, signal);':
        'await book.take(owner, now() + leaseMs, now());',
    },
    test: proof('reconcile/beside.property'),
    promise: 'beside a deployment',
  },
];
