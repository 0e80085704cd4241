/** The page's only style sheet. Its hash stands in the page's content security policy: no other style applies. */
export const style = `
:root{color-scheme:light dark;--page:#f5f6f8;--card:#fff;--ink:#16202c;--soft:#55626f;--line:#dde2e8;--hover:#f0f3f6;--accent:#0b6e78;
--critical:#a4123f;--high:#c2370c;--medium:#8a5a00;--low:#1f5fae;--informational:#55626f;--good:#1d7044;--unknown:#6b3fa0;
--critical-back:#fde8ee;--high-back:#fdeae2;--medium-back:#fbf0d5;--low-back:#e5effb;--informational-back:#edf0f3;--good-back:#e2f4e9;--unknown-back:#f0e8fa}
@media (prefers-color-scheme:dark){:root{--page:#0f1419;--card:#182028;--ink:#e6ebf0;--soft:#9aa8b5;--line:#2a3540;--hover:#1f2933;--accent:#5cc3cd;
--critical:#ff8fae;--high:#ff9d78;--medium:#f0bf5b;--low:#8cbcff;--informational:#a9b6c2;--good:#75d3a0;--unknown:#c8a6f5;
--critical-back:#45142a;--high-back:#43200f;--medium-back:#3a2c0b;--low-back:#152b47;--informational-back:#26303a;--good-back:#12351f;--unknown-back:#312147}}
*{box-sizing:border-box}
html{scroll-behavior:smooth;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif}
main,.top>div,footer{max-width:1180px;margin:0 auto;padding:0 24px}
code,.mono{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.87em;overflow-wrap:anywhere}
a{color:var(--accent)}a:focus-visible,summary:focus-visible,button:focus-visible,input:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:4px}
h1{font-size:1.5rem;line-height:1.2;margin:0;letter-spacing:-.01em}h2{font-size:1.15rem;margin:40px 0 12px;scroll-margin-top:12px}h3{font-size:1rem;margin:0;overflow-wrap:anywhere}
h2 small,.count{font-weight:400;color:var(--soft)}
.top{background:var(--card);border-bottom:1px solid var(--line);border-top:4px solid var(--accent);padding:22px 0 18px}
.top p{margin:6px 0 0;color:var(--soft)}.top .answer{color:var(--ink);font-size:1.05rem;margin-top:12px}
nav{display:flex;flex-wrap:wrap;gap:4px 18px;margin-top:14px}nav a{text-decoration:none;font-weight:600}nav a:hover{text-decoration:underline}
.tiles{display:grid;grid-template-columns:repeat(5,minmax(0,1fr));gap:12px;margin:24px 0 0;padding:0;list-style:none}
.tile{background:var(--card);border:1px solid var(--line);border-top:3px solid var(--tone,var(--line));border-radius:8px;padding:12px 14px}
.tile b{display:block;font-size:1.7rem;line-height:1.15;font-variant-numeric:tabular-nums;color:var(--tone,var(--ink))}.tile span{color:var(--soft);font-size:.86rem}
.tile.zero b{color:var(--soft);font-weight:500}.tile.zero{border-top-color:var(--line)}
.critical{--tone:var(--critical);--back:var(--critical-back)}.high{--tone:var(--high);--back:var(--high-back)}.medium{--tone:var(--medium);--back:var(--medium-back)}
.low{--tone:var(--low);--back:var(--low-back)}.informational,.open-but-unreachable,.unattached,.absent,.exempt,.not-applicable{--tone:var(--informational);--back:var(--informational-back)}
.good,.complete,.pass{--tone:var(--good);--back:var(--good-back)}.unknown,.partial,.manual{--tone:var(--unknown);--back:var(--unknown-back)}
.reachable{--tone:var(--critical);--back:var(--critical-back)}.blocked{--tone:var(--low);--back:var(--low-back)}
.badge{display:inline-block;padding:1px 8px;border-radius:999px;background:var(--back);color:var(--tone);font-size:.75rem;font-weight:650;line-height:1.6;white-space:nowrap}
.tools{position:sticky;top:0;z-index:1;display:flex;flex-wrap:wrap;gap:8px 14px;align-items:center;margin:24px -12px 0;padding:10px 12px;background:var(--page);border-bottom:1px solid var(--line)}
.tools[hidden]{display:none}.tools input[type=search]{flex:1 1 240px;min-width:0;font:inherit;color:inherit;background:var(--card);border:1px solid var(--line);border-radius:6px;padding:7px 11px}
.tools label{display:inline-flex;gap:5px;align-items:center;font-size:.86rem;cursor:pointer}.tools output{font-size:.86rem;color:var(--soft);margin-left:auto}
.resource,.card{background:var(--card);border:1px solid var(--line);border-radius:8px;margin:0 0 14px;overflow:hidden}
.resource{border-left:4px solid var(--tone)}
.resource>header{display:flex;flex-wrap:wrap;gap:4px 12px;align-items:baseline;padding:12px 16px 10px}.resource>header code,.place{color:var(--soft)}.place{font-size:.86rem}
.group{border-top:1px solid var(--line);padding:8px 16px 12px}
.checks{list-style:none;margin:0;padding:0}.checks li{display:grid;grid-template-columns:104px minmax(0,1fr) auto;gap:0 10px;align-items:baseline;padding:5px 0}
.checks li+li{border-top:1px dashed var(--line)}.checks .what{overflow-wrap:anywhere}.checks .ports{color:var(--soft);margin-left:8px}.checks .what code{display:block}.checks code{color:var(--soft)}
.evidence{margin:8px 0 0;padding:10px 12px;background:var(--hover);border-radius:6px;display:grid;grid-template-columns:104px minmax(0,1fr);gap:5px 10px;font-size:.9rem}
.evidence dt{color:var(--soft)}.evidence dd{margin:0;overflow-wrap:anywhere}.evidence dd+dd{grid-column:2}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.9rem}th,td{text-align:left;vertical-align:top;padding:9px 12px;border-top:1px solid var(--line)}
thead th{border-top:0;color:var(--soft);font-weight:600;white-space:nowrap;background:var(--card)}th button{all:unset;cursor:pointer}th button:hover{color:var(--ink)}th[aria-sort=ascending] button::after{content:" ↑"}th[aria-sort=descending] button::after{content:" ↓"}
tbody:target,.resource:target,li:target{outline:2px solid var(--accent);outline-offset:-2px}td.more{border-top:0;padding-top:0}
.wide{table-layout:fixed;min-width:820px}.wide th:nth-child(1){width:15%}.wide th:nth-child(2){width:26%}.wide th:nth-child(3){width:26%}.wide th:nth-child(4){width:15%}.wide td{overflow-wrap:anywhere}
td.number{text-align:right;font-variant-numeric:tabular-nums}.soft{color:var(--soft)}.bar{display:block;width:96px;height:6px;margin-top:5px}.bar .whole{fill:var(--line)}.bar .part{fill:var(--tone,var(--accent))}
summary{cursor:pointer;color:var(--accent);font-size:.88rem}details[open]>summary{margin-bottom:8px}
.chain{list-style:none;margin:0 0 10px;padding:0}.chain li{position:relative;padding:0 0 10px 22px;overflow-wrap:anywhere}.chain li::before{content:"";position:absolute;left:4px;top:7px;width:8px;height:8px;border-radius:50%;background:var(--accent)}
.chain li:not(:last-child)::after{content:"";position:absolute;left:7.5px;top:15px;bottom:-7px;width:1px;background:var(--line)}.chain b{font-weight:600}
.list{margin:0;padding:10px 16px 12px 34px}.list li{padding:2px 0;overflow-wrap:anywhere}.card>details{padding:10px 16px;border-top:1px solid var(--line)}.card>details:first-child{border-top:0}
.empty{background:var(--card);border:1px dashed var(--line);border-radius:8px;padding:18px;color:var(--soft)}
footer{color:var(--soft);font-size:.86rem;padding-top:28px;padding-bottom:40px}[data-hidden]{display:none!important}
@media (max-width:640px){main,.top>div,footer{padding:0 14px}.tiles{grid-template-columns:repeat(2,minmax(0,1fr));gap:8px}.tile{display:flex;gap:8px;align-items:baseline;padding:6px 10px}.tile b{font-size:1.2rem}
.checks li{grid-template-columns:minmax(0,1fr);gap:2px}.evidence{grid-template-columns:minmax(0,1fr)}.evidence dd+dd{grid-column:1}.resource>header{padding:10px 12px}.group{padding:8px 12px 12px}.tools{position:static;margin:20px 0 0;padding:10px 0}
.tools input[type=search]{flex-basis:100%}.wide{min-width:0}.wide thead{display:none}.wide,.wide tbody,.wide tr,.wide td{display:block;width:100%}.wide tbody{border-top:1px solid var(--line);padding:8px 0}.wide tbody:first-of-type{border-top:0}.wide td{border:0;padding:3px 12px;overflow-wrap:anywhere}.wide td[data-label]::before{content:attr(data-label) " ";color:var(--soft);font-size:.8rem}}
@media print{:root{--page:#fff;--hover:#f6f7f8}body{font-size:11px}.tools,nav{display:none!important}.top{border-top:0}main,.top>div,footer{max-width:none;padding:0}h2{break-after:avoid}.resource>header,.checks li,tbody{break-inside:avoid}.resource,.tile{break-inside:avoid-page}details::details-content{content-visibility:visible;block-size:auto}.badge{border:1px solid currentColor}a{color:inherit;text-decoration:none}}
`
