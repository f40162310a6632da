import type { Sandbox } from '../sandbox.ts';

/** Where everything listens: Box and where its downloads come from, AWS, and each address of a function by the name of its output. */
export function placesOf({ box, aws }: Sandbox): Readonly<Record<string, string>> {
  const outputs = aws.stacks().flatMap((stack) => Object.entries(aws.outputs(stack)));
  const addresses = outputs.filter(([name, value]) => /(Url|Address)$/.test(name) && value.startsWith('http'));
  return { Box: box.url, Downloads: box.downloadUrl, AWS: aws.endpoint, ...Object.fromEntries(addresses) };
}
