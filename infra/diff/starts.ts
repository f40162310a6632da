import type { Fact } from './fact.ts';
import { ownerOf, readable } from './readable.ts';
import { resourcesOf, type Template } from './template.ts';

/** What starts by itself: by the clock, or because something waits. */
export function startsOf(template: Template): readonly Fact[] {
  return [...firstArmed(template), ...schedulesOf(template), ...eventSourcesOf(template)];
}

/** CloudFormation takes a parameter's default for a new stack alone. */
function firstArmed({ Parameters }: Template): readonly Fact[] {
  const armed = Parameters?.Armed?.Default;
  return armed === undefined
    ? []
    : [{ name: 'the first deployment', says: armed === 'true' ? 'arms the stage' : 'does not arm the stage' }];
}

function schedulesOf(template: Template): readonly Fact[] {
  return resourcesOf(template, 'AWS::Scheduler::Schedule').map(([id, { Properties = {} }]) => {
    const { ScheduleExpression, ScheduleExpressionTimezone = 'UTC', FlexibleTimeWindow, State = 'ENABLED' } = Properties;
    const window = (FlexibleTimeWindow as { readonly MaximumWindowInMinutes?: number } | undefined)?.MaximumWindowInMinutes ?? 0;
    const parts = [ScheduleExpression, ScheduleExpressionTimezone, `within ${window} min`, stateOf(readable(template, State))];
    return { name: ownerOf(template, id), says: parts.map((part) => readable(template, part)).join(', ') };
  });
}

function stateOf(state: string): string {
  return state.includes(' / ') ? 'on when the stage is armed' : state.toLowerCase();
}

function eventSourcesOf(template: Template): readonly Fact[] {
  return resourcesOf(template, 'AWS::Lambda::EventSourceMapping').map(([id, { Properties = {} }]) => {
    const { FunctionName, EventSourceArn, BatchSize = 10, ScalingConfig, FilterCriteria, Enabled = true } = Properties;
    const { MaximumConcurrency } = (ScalingConfig ?? {}) as { readonly MaximumConcurrency?: number };
    const parts = [
      `${readable(template, EventSourceArn)} starts ${readable(template, FunctionName)}`,
      `${BatchSize} messages at a time`,
      ...(MaximumConcurrency === undefined ? [] : [`${MaximumConcurrency} at once`]),
      ...(FilterCriteria === undefined ? [] : [`only ${JSON.stringify(FilterCriteria)}`]),
      Enabled === true ? 'enabled' : 'disabled',
    ];
    return { name: ownerOf(template, id), says: parts.join(', ') };
  });
}
