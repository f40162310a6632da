/// <reference lib="dom" />
import {
  ArcElement,
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  type ChartConfiguration,
  DoughnutController,
  LinearScale,
  type Plugin,
  Tooltip,
} from 'chart.js';
import type { PageChart } from '../data.ts';
import { formatFigure } from '../format.ts';
import { colours, type Theme, theme } from './theme.ts';

Chart.register(ArcElement, BarController, BarElement, CategoryScale, DoughnutController, LinearScale, Tooltip);

const barHeight = 30;

/** Room for a value behind the longest bar. */
const valueWidth = 76;

/** Draws the charts, and draws them anew when the colour scheme changes and for print, which is always light. */
export function drawCharts(figures: readonly HTMLElement[], charts: readonly PageChart[]): void {
  let drawn: Chart[] = [];
  const draw = (): void => {
    for (const chart of drawn) chart.destroy();
    const look = theme();
    drawn = charts.flatMap((chart, index) => (figures[index] ? [drawChart(figures[index], chart, look)] : []));
  };
  draw();
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
  for (const [name, isPrinting] of [
    ['beforeprint', true],
    ['afterprint', false],
  ] as const) {
    addEventListener(name, () => {
      document.documentElement.classList.toggle('printing', isPrinting);
      draw();
    });
  }
}

function drawChart(figure: HTMLElement, chart: PageChart, look: Theme): Chart {
  const canvas = figure.querySelector('canvas') ?? document.createElement('canvas');
  if (chart.shape === 'bar') {
    canvas.parentElement?.style.setProperty('height', `${chart.values.length * barHeight + 8}px`);
    return new Chart(canvas, bars(chart, look, figure.clientWidth));
  }
  const slices = colours(chart.values.length, look);
  for (const [index, swatch] of figure.querySelectorAll('i').entries()) swatch.style.backgroundColor = slices[index] ?? '';
  return new Chart(canvas, doughnut(chart, look, slices));
}

function doughnut({ labels, values, kind }: PageChart, look: Theme, slices: string[]): ChartConfiguration<'doughnut'> {
  return {
    type: 'doughnut',
    data: {
      labels: [...labels],
      datasets: [{ data: [...values], backgroundColor: slices, borderColor: look.surface, borderWidth: 2 }],
    },
    options: {
      animation: false,
      cutout: '62%',
      maintainAspectRatio: false,
      plugins: {
        tooltip: {
          ...look.tooltip,
          callbacks: {
            label: ({ raw }) => ` ${formatFigure(Number(raw), kind)}`,
          },
        },
      },
    },
  };
}

function bars({ labels, values, kind }: PageChart, look: Theme, width: number): ChartConfiguration<'bar'> {
  return {
    type: 'bar',
    data: {
      labels: [...labels],
      datasets: [{ data: [...values], backgroundColor: look.accent, borderRadius: 3, barThickness: 14 }],
    },
    options: {
      animation: false,
      indexAxis: 'y',
      maintainAspectRatio: false,
      layout: { padding: { right: valueWidth } },
      scales: {
        x: { display: false, beginAtZero: true },
        y: {
          border: { display: false },
          grid: { display: false },
          ticks: { color: look.ink, font: look.font, autoSkip: false, callback: (_, index) => shortened(labels[index] ?? '', width) },
        },
      },
      plugins: { tooltip: { enabled: false } },
    },
    plugins: [
      valuesAtTheEnd(
        values.map((value) => formatFigure(value, kind)),
        look,
      ),
    ],
  };
}

/** Writes each bar's value behind it, so that nobody has to measure against an axis. */
function valuesAtTheEnd(texts: readonly string[], look: Theme): Plugin<'bar'> {
  return {
    id: 'values',
    afterDatasetsDraw(chart) {
      const { ctx } = chart;
      ctx.save();
      ctx.fillStyle = look.muted;
      ctx.font = `${look.font.size}px ${look.font.family}`;
      ctx.textBaseline = 'middle';
      for (const [index, { x, y }] of chart.getDatasetMeta(0).data.entries()) ctx.fillText(texts[index] ?? '', x + 8, y);
      ctx.restore();
    },
  };
}

/** A label may take half of what the values leave; a character is some 7 pixels wide. */
function shortened(label: string, width: number): string {
  const length = Math.max(8, Math.floor((width - valueWidth) / 2 / 7));
  return label.length > length ? `${label.slice(0, length - 1)}…` : label;
}
