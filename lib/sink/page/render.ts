import { createHash } from 'node:crypto';
import { NightporterError } from '../../errors.ts';
import type { PageAssets } from './assets.ts';
import { collect, type PageBounds, type PageReport } from './collect.ts';
import { escapeHtml, escapeJson } from './escape.ts';
import { chartsSection, masthead, notesSection, provenance, tablesSection, totalsSection } from './sections.ts';
import { summaryTables } from './summary-tables.ts';

/** A page is meant to be mailed: nothing on it may make it larger. */
export const pageBytes = 2_000_000;

/** From all there is to the least that is worth a page. */
const steps: readonly PageBounds[] = [
  { textLength: Number.POSITIVE_INFINITY, rowsPerOrder: 1_000 },
  { textLength: 240, rowsPerOrder: 1_000 },
  { textLength: 120, rowsPerOrder: 1_000 },
  { textLength: 64, rowsPerOrder: 1_000 },
  { textLength: 40, rowsPerOrder: 1_000 },
  { textLength: 40, rowsPerOrder: 500 },
  { textLength: 40, rowsPerOrder: 200 },
  { textLength: 40, rowsPerOrder: 50 },
];

/**
 * The report as one self-contained HTML page: nothing is loaded from anywhere, and only its own script and style may run.
 * Long texts are shortened, then orders, until it is no larger than `pageBytes`; it says so where it has done that.
 * @throws NightporterError `REPORT_INVALID` when even so it is larger, or when the script would end its own element
 */
export function renderPage(report: PageReport, { script, style }: PageAssets): string {
  if (/<\/(script|style)|<!--/i.test(script + style)) {
    throw new NightporterError('REPORT_INVALID', "Build the layer again: the page's script or style holds an HTML end tag.");
  }
  for (const bounds of steps) {
    const html = page(report, bounds, script, style);
    if (Buffer.byteLength(html) <= pageBytes) return html;
  }
  throw new NightporterError(
    'REPORT_INVALID',
    `Shorten the report's notes, totals or charts: its page would be larger than ${pageBytes} bytes.`,
  );
}

function page(report: PageReport, bounds: PageBounds, script: string, style: string): string {
  const data = collect(report, bounds);
  const isClipped = Number.isFinite(bounds.textLength);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy(script, style)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>${escapeHtml(report.title)}, ${report.run.scheduledTime.toISOString().slice(0, 10)}</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
${masthead(report)}
<main>
${totalsSection(report.summary.totals)}
${notesSection(report.summary.notes ?? [])}
${chartsSection(report.summary.charts)}
${summaryTables(report.summary.tables ?? [], bounds)}
${tablesSection(report, isClipped)}
</main>
${provenance(report)}
<script type="application/json" id="data">${escapeJson(data)}</script>
<script>${script}</script>
</body>
</html>
`;
}

/** www.w3.org/TR/CSP3: inline code runs by its hash alone; a page has no way out, not even for what somebody put into a name. */
function policy(script: string, style: string): string {
  return [
    "default-src 'none'",
    `script-src '${sourceHash(script)}'`,
    `style-src '${sourceHash(style)}'`,
    // The empty icon, which keeps browsers from asking the server for one.
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
  ].join('; ');
}

function sourceHash(source: string): string {
  return `sha256-${createHash('sha256').update(source).digest('base64')}`;
}
