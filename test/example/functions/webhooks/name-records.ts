import { folder, serviceAccount, setting, webhook } from 'nightporter';

/** What comes in is described by its id. */
export default webhook({
  impact: 'Records that come in are not described.',
  triggers: ['FILE.UPLOADED'],
  target: folder(setting('inbox')),
  runAs: serviceAccount(),
  box: ['files'],
  timeoutMinutes: 1,
  async handle({ event, box }) {
    const { id } = event.source;
    await box.files.updateFileById(id, { requestBody: { description: `record ${id}` } });
    return { described: 1 };
  },
});
