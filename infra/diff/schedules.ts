import { ownerOf, readable } from './readable.ts';
import { resourcesOf, type Template } from './template.ts';

/** When something starts by itself. */
export interface Schedule {
  readonly name: string;
  readonly when: string;
}

export function schedulesOf(template: Template): readonly Schedule[] {
  return resourcesOf(template, 'AWS::Scheduler::Schedule').map(([id, { Properties = {} }]) => {
    const { ScheduleExpression, ScheduleExpressionTimezone = 'UTC', FlexibleTimeWindow, State = 'ENABLED' } = Properties;
    const window = (FlexibleTimeWindow as { readonly MaximumWindowInMinutes?: number } | undefined)?.MaximumWindowInMinutes ?? 0;
    const parts = [ScheduleExpression, ScheduleExpressionTimezone, `within ${window} min`, stateOf(readable(template, State))];
    return { name: ownerOf(template, id), when: parts.map((part) => readable(template, part)).join(', ') };
  });
}

function stateOf(state: string): string {
  return state.includes(' / ') ? 'on when the stage is armed' : state.toLowerCase();
}
