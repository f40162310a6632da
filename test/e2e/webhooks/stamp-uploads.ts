import { folder, serviceAccount, setting, webhook } from 'nightporter';

/** Two effects: a description that converges, and a comment that people see, once by its marker. */
export default webhook({
  impact: 'Uploaded files are not stamped.',
  triggers: ['FILE.UPLOADED'],
  target: folder(setting('inbox')),
  runAs: serviceAccount(),
  box: ['files', 'comments'],
  timeoutMinutes: 1,
  async handle({ event, delivery, box }) {
    const file = await box.files.getFileById(event.source.id);
    await box.files.updateFileById(file.id, { requestBody: { description: `seen ${file.id}` } });
    const marker = `Received (${delivery.marker})`;
    const { entries = [] } = await box.comments.getFileComments(file.id, { queryParams: { limit: 1000 } });
    if (!entries.some(({ message }) => message === marker)) {
      await box.comments.createComment({ message: marker, item: { type: 'file', id: file.id } });
    }
    return { stamped: 1 };
  },
});
