/// <reference lib="dom" />
import type { PageCell } from '../data.ts';
import { formatFigure, type Kind, splitBytes } from '../format.ts';
import { formatDay, formatInstant } from './format-date.ts';

/** A table cell for a value. Text goes in as text, so nothing in it can become markup. */
export function tableCell(value: PageCell | undefined, kind: Kind, element: 'td' | 'th' = 'td'): HTMLTableCellElement {
  const cell = document.createElement(element);
  cell.className = kind;
  if (value === null || value === undefined) fillEmpty(cell);
  else if (typeof value === 'string') fillText(cell, value);
  else if (kind === 'bytes') fillBytes(cell, value);
  else if (kind === 'share') fillShare(cell, value);
  else if (kind === 'time') fillTime(cell, value);
  else cell.textContent = formatFigure(value, 'count');
  return cell;
}

/** What the filter looks through. */
export function searchable(value: PageCell, kind: Kind): string {
  if (value === null) return '';
  if (typeof value === 'string') return value.toLowerCase();
  return kind === 'time' ? formatDay(value).toLowerCase() : '';
}

function fillEmpty(cell: HTMLElement): void {
  cell.classList.add('empty');
  cell.append('–');
}

/** The style sheet may cut it short, so the whole is in the title too. */
function fillText(cell: HTMLElement, text: string): void {
  cell.textContent = text;
  if (text.length > 20) cell.title = text;
}

function fillBytes(cell: HTMLElement, bytes: number): void {
  const [figure, unit] = splitBytes(bytes);
  const unitElement = document.createElement('span');
  unitElement.className = 'unit';
  unitElement.textContent = unit;
  cell.append(`${figure} `, unitElement);
  cell.title = `${formatFigure(bytes, 'count')} bytes`;
}

function fillShare(cell: HTMLElement, share: number): void {
  const bar = document.createElement('span');
  bar.className = share > 1 ? 'meter over' : 'meter';
  // Through the object model: the page's policy refuses style attributes, and rightly.
  bar.style.setProperty('--filled', `${Math.min(1, Math.max(0, share)) * 100}%`);
  cell.append(formatFigure(share, 'share'), bar);
}

function fillTime(cell: HTMLElement, seconds: number): void {
  const time = document.createElement('time');
  time.dateTime = new Date(seconds * 1_000).toISOString();
  time.textContent = formatDay(seconds);
  time.title = formatInstant(seconds);
  cell.append(time);
}
