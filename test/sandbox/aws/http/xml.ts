const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

export function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}

/** `<Name>text</Name>` for each entry; a missing value is left out, a list repeats its element, an array of strings is taken as XML already. */
export function elements(values: Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>): string {
  return Object.entries(values)
    .map(([name, value]) => {
      if (value === undefined) return '';
      if (typeof value === 'object') return value.map((inner) => `<${name}>${inner}</${name}>`).join('');
      return `<${name}>${escapeXml(String(value))}</${name}>`;
    })
    .join('');
}

export function xmlDocument(root: string, namespace: string, body: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="${namespace}">${body}</${root}>`;
}

/** The text of the first such element; enough for the flat bodies that S3 takes. */
export function elementText(xml: string, name: string): string | undefined {
  const text = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  return text?.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
