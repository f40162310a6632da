export const folderWords: readonly string[] = list(
  'Accounts, Archive, Audits, Board, Brand, Budget, Claims, Clients, Contracts, Design, Drafts, Elections, Exports, ' +
    "Facilities, Grants, Håndbøker, HR & Payroll, Invoices, Legal, Meetings, Members' files, Old, Photos, Policies, " +
    'Projects, Reports, Research, Scans, Tax, Templates, Travel, Verträge, 予算, ملفات',
);

export const fileWords: readonly string[] = list(
  'agenda, annex, budget, contract, cover letter, diagram, draft, export, final, final final, invoice, minutes, notes, ' +
    'plan, presentation, proposal, receipt, recording, scan, signed, summary, tabelle, übersicht, 報告',
);

export const extensions: readonly string[] = ['pdf', 'pdf', 'docx', 'docx', 'xlsx', 'pptx', 'jpg', 'png', 'mp4', 'csv', 'zip', 'txt'];

/** Placed among the first folders of the first user: names that reports and spreadsheets choke on. */
export const troublesomeFolders: readonly string[] = [
  '<script>alert(1)</script>',
  '=1+1',
  '@payroll',
  'Quote " and, comma',
  'نسخة احتياطية',
  'Very long '.repeat(20).trim(),
];

function list(text: string): readonly string[] {
  return text.split(', ');
}
