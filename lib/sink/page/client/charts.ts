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
    return new Chart(canvas, bars(chart, look));
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

function bars({ labels, values, kind }: PageChart, look: Theme): ChartConfiguration<'bar'> {
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
      layout: { padding: { right: 76 } },
      scales: {
        x: { display: false, beginAtZero: true },
        y: {
          border: { display: false },
          grid: { display: false },
          ticks: { color: look.ink, font: look.font, autoSkip: false, callback: (_, index) => shortened(labels[index] ?? '') },
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

function shortened(label: string): string {
  return label.length > 26 ? `${label.slice(0, 25)}…` : label;
}
