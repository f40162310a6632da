/// <reference lib="dom" />

/** The style sheet's colours, as the charts need them. */
export interface Theme {
  readonly ink: string;
  readonly muted: string;
  readonly surface: string;
  readonly accent: string;
  readonly parts: readonly string[];
  readonly ramp: readonly [from: string, to: string];
  readonly font: { readonly family: string; readonly size: number };
  readonly tooltip: {
    readonly backgroundColor: string;
    readonly titleColor: string;
    readonly bodyColor: string;
    readonly displayColors: boolean;
  };
}

export function theme(): Theme {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
    ink: colour('ink'),
    muted: colour('muted'),
    surface: colour('paper'),
    accent: colour('accent'),
    parts: ['part-1', 'part-2', 'part-3', 'part-4', 'part-5'].map(colour),
    ramp: [colour('ramp-from'), colour('ramp-to')],
    font: { family: style.fontFamily, size: 13 },
    tooltip: { backgroundColor: colour('ink'), titleColor: colour('paper'), bodyColor: colour('paper'), displayColors: false },
  };
}

/** A few parts get colours that differ, many get shades from strong to faint. */
export function colours(count: number, { parts, ramp }: Theme): string[] {
  if (count <= parts.length) return parts.slice(0, count);
  const [from, to] = ramp.map(channels);
  return Array.from({ length: count }, (_, index) => {
    const mixed = [0, 1, 2].map((channel) => mix(from?.[channel] ?? 0, to?.[channel] ?? 0, index / (count - 1)));
    return `rgb(${mixed.join(' ')})`;
  });
}

function mix(from: number, to: number, share: number): number {
  return Math.round(from + (to - from) * share);
}

/** `#rrggbb` as the style sheet writes colours. */
function channels(colour: string): number[] {
  return [1, 3, 5].map((start) => Number.parseInt(colour.slice(start, start + 2), 16));
}
