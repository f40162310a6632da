/** Draws the state once a second; what has not changed is left alone, so that selections and scrolling survive. */
const drawn = new Map();

function table(id, rows) {
  const text = JSON.stringify(rows);
  if (drawn.get(id) === text) return;
  drawn.set(id, text);
  const element = document.getElementById(id);
  if (rows.length === 0) {
    element.replaceChildren(row('td', ['Nothing yet']));
    return;
  }
  const head = document.createElement('thead');
  head.append(row('th', Object.keys(rows[0])));
  const body = document.createElement('tbody');
  body.append(...rows.map((values) => row('td', Object.values(values))));
  element.replaceChildren(head, body);
}

function row(kind, values) {
  const line = document.createElement('tr');
  for (const value of values) {
    const cell = document.createElement(kind);
    if (kind === 'th') cell.scope = 'col';
    cell.textContent = value;
    if (value === 'denied' || value === 'failed' || (typeof value === 'number' && value >= 400 && value < 600)) cell.className = 'bad';
    line.append(cell);
  }
  return line;
}

async function follow() {
  const connection = document.getElementById('connection');
  try {
    const { now, places, ...tables } = await (await fetch('/state.json')).json();
    for (const [id, rows] of Object.entries(tables)) table(id, rows);
    table(
      'places',
      Object.entries(places).map(([name, url]) => ({ name, url })),
    );
    connection.textContent = `As of ${now.slice(11, 19)} UTC`;
  } catch {
    connection.textContent = 'The sandbox does not answer.';
  }
  setTimeout(follow, 1000);
}

follow();
