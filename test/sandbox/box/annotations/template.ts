import { drawnUuid } from '../enterprise/random.ts';

export interface TemplateField {
  readonly type: 'string' | 'float' | 'date' | 'enum' | 'multiSelect';
  readonly key: string;
  readonly displayName: string;
  /** Of `enum` and `multiSelect`. */
  readonly options: readonly string[];
}

export interface Template {
  readonly id: string;
  readonly scope: string;
  readonly templateKey: string;
  readonly displayName: string;
  readonly fields: readonly TemplateField[];
}

/** developer.box.com/guides/metadata/classifications */
export const classificationTemplate = 'securityClassification-6VMVochwUWo';
export const classificationField = 'Box__Security__Classification__Key';

/** Box's template without fields, and two of the enterprise's. */
export class Templates {
  readonly all: readonly Template[];

  constructor(enterpriseId: string, seed: number) {
    const field = (type: TemplateField['type'], key: string, displayName: string, ...options: string[]) => ({
      type,
      key,
      displayName,
      options,
    });
    this.all = [
      { id: drawnUuid(seed, 1), scope: 'global', templateKey: 'properties', displayName: 'Custom', fields: [] },
      {
        id: drawnUuid(seed, 2),
        scope: `enterprise_${enterpriseId}`,
        templateKey: 'recordRetention',
        displayName: 'Record retention',
        fields: [
          field('enum', 'class', 'Class', 'financial', 'personnel', 'legal', 'other'),
          field('date', 'keepUntil', 'Keep until'),
          field('string', 'caseNumber', 'Case number'),
          field('float', 'amount', 'Amount'),
          field('multiSelect', 'regions', 'Regions', 'EMEA', 'AMER', 'APAC'),
        ],
      },
      {
        id: drawnUuid(seed, 3),
        scope: `enterprise_${enterpriseId}`,
        templateKey: classificationTemplate,
        displayName: 'Classification',
        fields: [field('enum', classificationField, 'Classification', 'Public', 'Internal', 'Confidential')],
      },
    ];
  }

  /** `enterprise` stands for the enterprise of whoever asks. */
  find(scope: string, templateKey: string): Template | undefined {
    const same = (template: Template) => template.scope === scope || (scope === 'enterprise' && template.scope.startsWith('enterprise_'));
    return this.all.find((template) => same(template) && template.templateKey === templateKey);
  }

  byId(id: string): Template | undefined {
    return this.all.find((template) => template.id === id);
  }
}

export function renderTemplate({ id, scope, templateKey, displayName, fields }: Template, seed: number): Record<string, unknown> {
  const render = ({ type, key, displayName: name, options }: TemplateField, nth: number) => ({
    id: drawnUuid(seed, 10 + nth),
    type,
    key,
    displayName: name,
    hidden: false,
    ...(options.length > 0 && { options: options.map((option, place) => ({ id: drawnUuid(seed, 100 * (nth + 1) + place), key: option })) }),
  });
  return {
    type: 'metadata_template',
    id,
    scope,
    templateKey,
    displayName,
    hidden: false,
    copyInstanceOnItemCopy: false,
    fields: fields.map(render),
  };
}

/** @returns what is wrong with a value, or undefined. A template without fields takes texts under any key. */
export function refuseValue({ fields }: Template, key: string, value: unknown): string | undefined {
  if (fields.length === 0) return typeof value === 'string' ? undefined : `${key}: expected a text`;
  const field = fields.find((other) => other.key === key);
  if (field === undefined) return `${key}: not a field of the template`;
  return fits(field, value) ? undefined : `${key}: expected ${field.type}`;
}

function fits({ type, options }: TemplateField, value: unknown): boolean {
  if (type === 'float') return typeof value === 'number';
  if (type === 'multiSelect') return Array.isArray(value) && value.every((each) => options.includes(String(each)));
  if (typeof value !== 'string') return false;
  if (type === 'date') return !Number.isNaN(Date.parse(value));
  return type === 'string' || options.includes(value);
}
