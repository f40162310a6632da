import type { Chart, Total } from '../../declare/report.ts';
import { clip, type PageReport } from './collect.ts';
import { escapeHtml } from './escape.ts';
import { formatFigure, splitBytes } from './format.ts';

const fullDate = new Intl.DateTimeFormat('en-GB', {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  timeZone: 'UTC',
});

function time(date: Date): string {
  return `<time datetime="${date.toISOString()}">${fullDate.format(date)} UTC</time>`;
}

export function masthead({ title, description, run }: PageReport): string {
  return `<header class="masthead">
<h1>${escapeHtml(title)}</h1>
<p class="lede">${escapeHtml(description)}</p>
<p class="when">As of ${time(run.scheduledTime)}</p>
</header>`;
}

export function totalsSection(totals: readonly Total[]): string {
  const items = totals.map(({ label, value, kind }) => `<div><dt>${escapeHtml(label)}</dt><dd>${figure(value, kind)}</dd></div>`);
  return items.length === 0 ? '' : `<section aria-label="Totals"><dl class="totals">${items.join('\n')}</dl></section>`;
}

function figure(value: number, kind: Total['kind']): string {
  if (kind !== 'bytes') return formatFigure(value, kind);
  const [number, unit] = splitBytes(value);
  return `${number} <span class="unit">${unit}</span>`;
}

export function notesSection(notes: readonly string[]): string {
  const items = notes.map((note) => `<li>${escapeHtml(note)}</li>`).join('\n');
  return (
    items &&
    `<section class="notes" aria-labelledby="notes-title"><h2 id="notes-title">Read with this in mind</h2><ul>${items}</ul></section>`
  );
}

/** Each chart has its figures beside it: a doughnut's are its legend, a bar chart's are for screen readers and for pages without script. */
export function chartsSection(charts: readonly Chart[]): string {
  const figures = charts.map(chartFigure).join('\n');
  return figures && `<section class="charts" aria-label="Charts">${figures}</section>`;
}

function chartFigure({ title, shape, kind, labels, values }: Chart): string {
  const sum = values.reduce((total, value) => total + value, 0);
  const rows = values.map((value, index) => {
    const share = formatFigure(sum === 0 ? 0 : value / sum, 'share');
    const label = escapeHtml(clip(labels[index] ?? '', 80));
    return `<tr><th scope="row"><i></i><span>${label}</span></th><td>${formatFigure(value, kind)}</td><td class="share">${share}</td></tr>`;
  });
  return `<figure class="chart ${shape}${shape === 'doughnut' && values.length > 6 ? ' long' : ''}"><figcaption>${escapeHtml(title)}</figcaption>
<div class="plot"><canvas aria-hidden="true"></canvas></div>
<table><thead><tr><th scope="col">Part</th><th scope="col">${kind === 'bytes' ? 'Size' : 'Number'}</th><th scope="col">Share</th></tr></thead>
<tbody>${rows.join('\n')}</tbody></table></figure>`;
}

/** The frame of the tables; the script fills it. */
export function tablesSection({ rows, names }: PageReport, isClipped: boolean): string {
  const clipped = isClipped ? ' Long texts are shortened here; the files have them whole.' : '';
  return `<section class="tables" aria-label="Rows">
<div role="tablist" aria-label="Orders"></div>
<div role="tabpanel" id="panel" tabindex="-1">
<div class="tools"><label>Filter <input type="search" id="filter" autocomplete="off" spellcheck="false"></label><output id="shown" for="filter"></output></div>
<div class="scroll" id="scroll" role="region" aria-label="Table, scrollable" tabindex="0"></div>
</div>
<p class="whole">The whole report has ${formatFigure(rows, 'count')} ${rows === 1 ? 'row' : 'rows'}: see ${names.map((name) => `<code>${escapeHtml(name)}</code>`).join(' or ')} beside this page.${clipped}</p>
<noscript><p>The tables on this page need JavaScript; the files beside it do not.</p></noscript>
</section>`;
}

export function provenance({ run, generatedAt }: PageReport): string {
  return `<footer>
<p>Written by Nightporter, job <code>${escapeHtml(run.job)}</code>, run <code>${escapeHtml(run.id)}</code>, ${time(generatedAt)}.</p>
<p>Sizes are counted as Box counts quotas: 1&nbsp;GB is 1,024³ bytes. Dates in the tables are in your time zone.</p>
</footer>`;
}
