/** Compiled, never run: what must not compile stands under `@ts-expect-error`, which is an error itself where the line does compile. */
import { file, folder, serviceAccount, setting, webhook, z } from 'nightporter';

const base = { impact: 'Nothing.', target: folder(setting('inbox')), runAs: serviceAccount() };

webhook({
  ...base,
  triggers: ['FILE.UPLOADED', 'COLLABORATION.CREATED', 'BOX.WILL_ADD_THIS'],
  box: ['files'],
  uses: ['reports:write'],
  params: z.strictObject({ domains: z._default(z.array(z.string()), []) }),
  async handle({ event, delivery, box, params, report, run }) {
    if (event.trigger === 'FILE.UPLOADED') {
      const type: 'file' = event.source.type;
      await box.files.getFileById(event.source.id);
      const passedThrough: unknown = event.source.sha1 ?? event.new_field;
      // @ts-expect-error a file is no collaboration
      event.source.type === 'collaboration';
      report.open;
      return { passedThrough: passedThrough === type ? 1 : 0 };
    }
    if (event.trigger === 'COLLABORATION.CREATED') {
      const shared: string | undefined = event.source.item?.id;
      return { shared: shared === undefined ? 0 : 1 };
    }
    // A trigger that we do not know has a source of which we know as little.
    const type: string = event.source?.type ?? 'none';
    // @ts-expect-error it may have none at all
    event.source.type;
    // @ts-expect-error it was not declared
    event.trigger === 'FILE.TRASHED';
    // @ts-expect-error folders were not declared
    await box.folders.getFolderById('0');
    // @ts-expect-error no such param
    params.hours;
    const attempt: number = delivery.attempt + run.attempt;
    return { attempt, type: type.length, domains: params.domains.length };
  },
});

webhook({
  ...base,
  triggers: ['SHARED_LINK.CREATED'],
  mode: 'report',
  async handle({ event, mode }) {
    const enforced: boolean = mode === 'enforce' && event.source.type === 'folder';
    return { enforced: Number(enforced) };
  },
});

webhook({
  ...base,
  triggers: ['FILE.UPLOADED'],
  async handle(context) {
    // @ts-expect-error it declared no mode
    context.mode;
    // @ts-expect-error reports:write was not declared
    context.report;
    return undefined;
  },
});

// @ts-expect-error at least one trigger
webhook({ ...base, triggers: [], handle: async () => undefined });

// @ts-expect-error the impact is required
webhook({ target: base.target, runAs: base.runAs, triggers: ['FILE.UPLOADED'], handle: async () => undefined });

// @ts-expect-error a mode that there is not
webhook({ ...base, triggers: ['FILE.UPLOADED'], mode: 'sometimes', handle: async () => undefined });

// @ts-expect-error an unknown manager
webhook({ ...base, triggers: ['FILE.UPLOADED'], box: ['people'], handle: async () => undefined });

// @ts-expect-error an id is a text
file(17);
