/// <reference lib="dom" />

/** Tabs as www.w3.org/WAI/ARIA/apg/patterns/tabs has them: one is in the tab sequence, arrows, Home and End move between them. */
export function tabs(list: HTMLElement, panel: HTMLElement, labels: readonly string[], select: (index: number) => void): void {
  const buttons = labels.map((label, index) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.role = 'tab';
    button.id = `tab-${index}`;
    button.textContent = label;
    button.setAttribute('aria-controls', panel.id);
    button.addEventListener('click', () => activate(index));
    return button;
  });
  const activate = (index: number): void => {
    for (const [each, button] of buttons.entries()) {
      button.ariaSelected = String(each === index);
      button.tabIndex = each === index ? 0 : -1;
    }
    panel.setAttribute('aria-labelledby', `tab-${index}`);
    select(index);
  };
  list.addEventListener('keydown', (event) => {
    const current = buttons.indexOf(document.activeElement as HTMLButtonElement);
    const next = target(event.key, current, buttons.length);
    if (next === undefined) return;
    event.preventDefault();
    activate(next);
    buttons[next]?.focus();
  });
  list.append(...buttons);
  if (buttons.length > 0) activate(0);
}

function target(key: string, current: number, count: number): number | undefined {
  if (key === 'ArrowRight') return (current + 1) % count;
  if (key === 'ArrowLeft') return (current - 1 + count) % count;
  if (key === 'Home') return 0;
  return key === 'End' ? count - 1 : undefined;
}
