/** An assembly's word for where a stack is deployed: `aws://111122223333/eu-west-1`, or `unknown-account` and `unknown-region`. */
export type Place = string;

/**
 * A template's text as if it named no account, no region and no partition, as the CDK writes it for a stage that names none: to name them
 * changes who may do what nowhere.
 */
export function withoutPlace(text: string, place: Place): string {
  const [, account = '', region = ''] = /^aws:\/\/([^/]+)\/(.+)$/.exec(place) ?? [];
  return text
    .replaceAll(/\barn:aws(-[a-z-]+)?:/g, 'arn:<Partition>:')
    .replaceAll(word(account), '<AccountId>')
    .replaceAll(word(region), '<Region>');
}

/** Not within a longer number or name; nothing where there is none. */
function word(name: string): RegExp {
  return name === '' ? /$^/g : new RegExp(`(?<![\\w-])${RegExp.escape(name)}(?![\\w-])`, 'g');
}
