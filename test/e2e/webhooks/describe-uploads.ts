import { folder, serviceAccount, setting, webhook } from 'nightporter';

/**
 * A handler whose effect converges: however often it is called, each file in the folder ends with its own id as its description. One that is
 * called "deadly" takes the whole process along, as one that needs too much memory would.
 */
export default webhook({
  impact: 'Uploaded files have no description.',
  triggers: ['FILE.UPLOADED'],
  target: folder(setting('inbox')),
  runAs: serviceAccount(),
  box: ['files'],
  timeoutMinutes: 1,
  async handle({ event, box }) {
    const file = await box.files.getFileById(event.source.id);
    if (file.name === 'deadly') process.kill(process.pid, 'SIGKILL');
    await box.files.updateFileById(file.id, { requestBody: { description: `seen ${file.id}` } });
    return { described: 1 };
  },
});
