/** For a phone that is held upright first, then for paper. No font and no picture from elsewhere. */
export const VERIFY_STYLE = `
* { box-sizing: border-box; }
html { font: 16px/1.5 system-ui, "PingFang SC", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; color: #111; background: #fff; }
body { margin: 0; overflow-wrap: anywhere; }
main { max-width: 40rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.3rem; margin: 0 0 1rem; }
[lang=en] { color: #444; font-size: .9em; }
.verdict { border: 2px solid; border-left-width: 10px; border-radius: 4px; padding: .8rem 1rem; margin: 0 0 1rem; }
.verdict strong { font-size: 1.4rem; }
.verdict strong [lang=en] { color: inherit; }
.verdict p { margin: .5rem 0 0; color: #111; }
.good { border-color: #0b6b2e; color: #0b6b2e; background: #f1f9f3; }
.bad { border-color: #a3121f; color: #a3121f; background: #fdf2f3; }
dl { margin: 0 0 1rem; }
dt { font-size: .85rem; color: #444; border-top: 1px solid #ccc; padding-top: .4rem; }
dd { margin: 0 0 .4rem; }
code { font: .9em/1.4 "Noto Sans Mono", Consolas, Menlo, monospace; }
.muted { color: #444; font-size: .9rem; }
summary { padding: .6rem 0; cursor: pointer; }
label { display: block; font-size: .85rem; }
textarea { width: 100%; font: .8rem/1.4 monospace; padding: .5rem; border: 1px solid #666; border-radius: 4px; }
button { font: inherit; width: 100%; min-height: 3rem; margin: .6rem 0; border: 0; border-radius: 4px; background: #174ea6; color: #fff; }
button [lang=en] { color: inherit; }
@media print { form, details { display: none; } }
`;
