export const givenNames: readonly string[] = list(
  'Ada, Aisha, Alejandro, Amélie, Anders, Björn, Carmen, Chidi, Chloé, Dmitri, Elif, Eoin, Fatima, François, Grace, Hana, ' +
    'Ibrahim, Ingrid, Jürgen, Kaito, Keisha, Lars, Leila, Łukasz, Mei, Miguel, Niamh, Noah, Olga, Priya, Rosa, Sofía, Søren, ' +
    'Tariq, Thandi, Tomás, Uma, Viktor, Wei, Yuki, Zoë, Željko',
);

export const familyNames: readonly string[] = list(
  "Abara, Almeida, Andersson, Bianchi, D'Angelo, Dubois, Fernández, García, Haddad, Ivanova, Johnson, Kaya, Kim, Kowalski, " +
    "Lefèvre, Lindqvist, Müller, Mwangi, Nakamura, Ncube, Nguyễn, O'Brien, O'Neill, Okafor, Papadopoulos, Patel, Petrović, " +
    'Rossi, Sato, Schmidt, Silva, Singh, Smith, Smith-Jones, Tanaka, van der Berg, Yılmaz, Zhang',
);

/** Given to the users from the fourth on, in this order: what reports and spreadsheets choke on. All within Box's 50 characters. */
export const troublesomeNames: readonly string[] = [
  '',
  '<script>alert("x")</script>',
  '<img src=x onerror=alert(1)>',
  '</td></tr> & "quoted" <b>bold',
  '=HYPERLINK("http://evil.example","Open")',
  "+1+cmd|' /C calc'!A0",
  '-2+3',
  '@SUM(1+1)',
  '\tTab, comma; and "quote"',
  'Line\nbreak',
  'محمد العلي',
  'נועה לוי',
  '\u202Egnp.live\u202C Ltd',
  '李小龍',
  'Δημήτρης Παπαδόπουλος',
  '👩‍🚀 Ada',
  'Seán "Jack" O\'Neill, Jr.',
  'Zoe\u0308 (combining)',
  'Maximilian-Alexander von und zu Hohenlohe-Waldenbu',
];

export const jobTitles: readonly string[] = [
  '',
  'Account Manager',
  'Analyst',
  'Counsel',
  'Engineer',
  'Records Manager',
  'Researcher',
  'Team Lead',
];

/** Names are drawn from few, so that most addresses have been made before. */
const made = new Map<string, string>();
const mostMade = 10_000;

/** The address part of a login: ASCII only, as mail systems give it. */
export function loginName(name: string): string {
  const known = made.get(name);
  if (known !== undefined) return known;
  if (made.size >= mostMade) made.clear();
  const address = makeLoginName(name);
  made.set(name, address);
  return address;
}

function makeLoginName(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replaceAll('ł', 'l')
    .replaceAll('Ł', 'l')
    .replaceAll('ø', 'o')
    .replaceAll('ı', 'i')
    .toLowerCase()
    .replaceAll(/[^a-z' ]/g, '')
    .trim();
  return plain.replaceAll(/[' ]+/g, '.').slice(0, 30) || 'user';
}

function list(text: string): readonly string[] {
  return text.split(', ');
}
