import { folder, serviceAccount, setting, webhook } from 'nightporter';

/** A handler whose effect converges: however often it is called, each file in the folder ends with its own id as its description. */
export default webhook({
  impact: 'Uploaded files have no description.',
  triggers: ['FILE.UPLOADED'],
  target: folder(setting('inbox')),
  runAs: serviceAccount(),
  box: ['files'],
  timeoutMinutes: 1,
  async handle({ event, box }) {
    const file = await box.files.getFileById(event.source.id);
    await box.files.updateFileById(file.id, { requestBody: { description: `seen ${file.id}` } });
    return { described: 1 };
  },
});
