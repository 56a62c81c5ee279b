import { pagePolicy } from './page-policy.ts';

/** A4, black on white, no font and no picture from elsewhere. What is coloured is said in words too. */
export const PAGE_STYLE = `
@page { size: A4; margin: 11mm 14mm 14mm;
  @bottom-right { content: counter(page) " / " counter(pages); font: 8pt sans-serif; color: #444; } }
* { box-sizing: border-box; }
html { font: 9pt/1.4 "Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", SimSun, sans-serif;
  color: #000; background: #fff; }
body { max-width: 182mm; margin: 0 auto; padding: 2mm 0; overflow-wrap: anywhere; }
header { display: flex; align-items: flex-start; justify-content: space-between; gap: 8mm; border-bottom: 1.5pt solid #000; padding-bottom: 3mm; }
h1 { font-size: 18pt; margin: 0; letter-spacing: .06em; }
h1 + p { margin: 1mm 0 3mm; color: #333; }
h2 { font-size: 10.5pt; margin: 4mm 0 1.5mm; break-after: avoid; }
header p { margin: 0; }
figure { margin: 0; flex: none; text-align: center; }
figure svg { display: block; }
figcaption { font-size: 7.5pt; color: #333; }
.outcome { border: 1.5pt solid #000; border-left-width: 6pt; padding: 3mm 4mm; margin: 4mm 0; break-inside: avoid;
  print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.outcome strong { font-size: 15pt; margin-right: 5mm; }
.outcome p { margin: 1.5mm 0 0; }
.veto { border-color: #a3121f; } .indeterminate { border-color: #8a5a00; } .restrict { border-color: #8a5a00; }
.warn { border-color: #6b6b00; } .favour { border-color: #0b6b2e; } .pass { border-color: #0b6b2e; }
table { width: 100%; border-collapse: collapse; table-layout: fixed; margin: 0 0 2mm; }
th, td { border: .5pt solid #777; padding: .6mm 1.6mm; text-align: left; vertical-align: top; font-weight: normal; }
th { background: #f1f1f1; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
.facts th { width: 36mm; }
.reasons { font-size: 8.5pt; }
.reasons th:first-child { width: 7mm; }
.reasons th:nth-child(2) { width: 46mm; }
.reasons th:nth-child(5) { width: 20mm; }
td p { margin: 0 0 .8mm; }
.small, code, pre { font-size: 7.5pt; }
code, pre { font-family: "Noto Sans Mono", Consolas, "DejaVu Sans Mono", monospace; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; border: .5pt solid #777; padding: 2mm; margin: 1mm 0 0; line-height: 1.3; }
ul { margin: 1mm 0 2mm; padding-left: 5mm; }
.muted { color: #333; }
.signed { break-inside: avoid; }
`;

/** This style sheet, and nothing else of any kind. */
export const PAGE_POLICY = pagePolicy({ style: PAGE_STYLE });
