/// <reference lib="dom" />
/** The page's script: it reads the page's own data, draws the charts and fills the tables. Built as one classic script. */
import { drawCharts } from './client/charts.ts';
import { orderTable } from './client/table.ts';
import { tabs } from './client/tabs.ts';
import type { PageData } from './data.ts';
import { formatFigure } from './format.ts';

const data = JSON.parse(byId('data').textContent) as PageData;
const filter = byId('filter') as HTMLInputElement;

document.documentElement.classList.add('script');
drawCharts([...document.querySelectorAll<HTMLElement>('.chart')], data.charts);
tabs(
  document.querySelector<HTMLElement>('[role=tablist]') ?? byId('panel'),
  byId('panel'),
  data.orders.map(({ label, matching }) => `${label} (${formatFigure(matching, 'count')})`),
  show,
);

function show(index: number): void {
  const order = data.orders[index];
  if (!order) return;
  const table = orderTable(data, order);
  const refresh = (): void => {
    byId('shown').textContent = sentence(table.filter(filter.value), order.rows.length, order.matching);
  };
  filter.oninput = refresh;
  byId('scroll').replaceChildren(table.element);
  refresh();
}

function sentence(left: number, shown: number, matching: number): string {
  const [leftText, shownText, matchingText] = [left, shown, matching].map((count) => formatFigure(count, 'count'));
  const first = shown < matching ? `the first ${shownText} of ${matchingText} rows` : `${shownText} ${shown === 1 ? 'row' : 'rows'}`;
  return left < shown ? `${leftText} of ${first}` : `${first.charAt(0).toUpperCase()}${first.slice(1)}`;
}

function byId(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (!element) throw new Error(`The page has no element "${id}".`);
  return element;
}
