import type { AssembledStack } from '../assembly.ts';
import type { StackRecord } from './stack-record.ts';

/** By `<stack>:<parameter>`, as the CDK's option `--parameters` names them. */
export type GivenParameters = Readonly<Record<string, string>>;

/**
 * What the parameters of a stack are: as given, else as they were, whatever the default is by now, else the default.
 * @throws Error for a value that the template does not allow, or for a parameter that it does not have
 */
export function parameterValues(
  stack: AssembledStack,
  former: StackRecord | undefined,
  given: GivenParameters,
): ReadonlyMap<string, string> {
  const { Parameters = {} } = stack.template;
  const own = Object.entries(given).flatMap(([key, value]) =>
    key.startsWith(`${stack.name}:`) ? [[key.slice(stack.name.length + 1), value] as const] : [],
  );
  const unknown = own.find(([name]) => !Object.hasOwn(Parameters, name));
  if (unknown) throw new Error(`${stack.name}: it has no parameter ${unknown[0]}.`);
  const chosen = new Map(own);
  return new Map(
    Object.entries(Parameters).flatMap(([name, { Default, AllowedValues }]) => {
      const value = chosen.get(name) ?? former?.parameters.get(name) ?? (Default === undefined ? undefined : String(Default));
      if (value === undefined) return [];
      if (AllowedValues && !AllowedValues.includes(value)) throw new Error(`${stack.name}: the parameter ${name} can't be ${value}.`);
      return [[name, value]];
    }),
  );
}
