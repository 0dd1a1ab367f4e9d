import { CHART_STYLE, COLOR_TOKENS } from '../chart/style.js'

/** The look of a page: one column of text, system fonts, light and dark, narrow and printed. */
const PAGE_STYLE = `
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%;scroll-padding-top:1rem}
body{margin:0 auto;max-width:66rem;padding:3rem 2rem 4rem;background:var(--paper);color:var(--ink);
font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;font-variant-numeric:tabular-nums;overflow-wrap:break-word}
bdi{overflow-wrap:anywhere;min-width:0}
table:not(.chart) bdi{overflow-wrap:break-word}
h1,h2,h3,h4{line-height:1.25;font-weight:650;text-wrap:balance}
h1{font-size:2.1rem;letter-spacing:-.02em;margin:.1rem 0 .4rem}
h2{font-size:1.35rem;letter-spacing:-.01em;margin:0 0 1rem;padding-top:1.1rem;border-top:2px solid var(--ink)}
h3{font-size:1.05rem;margin:2.2rem 0 .3rem}
h4{font-size:.95rem;margin:1.2rem 0 .3rem}
p{margin:.3rem 0 .9rem;max-width:46rem}
header p,p.wide{max-width:none}
section{margin-top:3.5rem}
code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.88em}
pre{margin:.3rem 0 0;padding:.6rem .8rem;white-space:pre-wrap;overflow-wrap:anywhere;background:var(--shade);border-radius:4px;line-height:1.5}
a{color:var(--link);text-underline-offset:.2em}
:focus-visible{outline:2px solid var(--link);outline-offset:3px;border-radius:2px}
small,.small,.none{color:var(--soft);font-size:.875rem}
[hidden]{display:none!important}
.brand{margin:0;color:var(--soft);font-size:.875rem;letter-spacing:.04em}
h1 .run{font-weight:400;color:var(--soft)}
.run{overflow-wrap:anywhere}
.alarm{padding:.6rem .9rem;border-left:4px solid var(--alarm);background:var(--shade);overflow-wrap:anywhere}
nav{display:flex;flex-wrap:wrap;gap:.3rem 1.3rem;margin:1.4rem 0 1rem;font-size:.95rem}
.legend{display:flex;flex-wrap:wrap;gap:.3rem 1.4rem;margin:0;padding:0;list-style:none;font-size:.95rem}
.legend li,.legend label{max-width:100%;display:inline-flex;align-items:center;gap:.4rem;min-height:1.8rem}
.legend input{width:1rem;height:1rem;margin:0;accent-color:var(--link)}
.answers dt{color:var(--soft);font-size:.875rem;margin-top:1.3rem}
.answers dt code{margin-left:.3rem}
.answers dd{margin:.1rem 0 0}
.answers dd p{margin:0;max-width:none}
.answers dd p:first-child{font-size:1.075rem}
.answers .run,.who .run{display:block;color:var(--soft);font-size:.8125rem}
.who .run{flex-basis:100%;margin:-.4rem 0 .3rem 1.3rem;line-height:1.2}
.answers.several dd{margin:.4rem 0 0;padding-left:.9rem;border-left:2px solid var(--line)}
.question{font-weight:400}
.columns{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr));gap:.5rem 2.5rem}
.odd{margin:.4rem 0 .6rem;padding-left:1.1rem;font-size:.875rem;color:var(--soft);overflow-wrap:anywhere}
details{margin:.4rem 0;font-size:.875rem}
summary{cursor:pointer;color:var(--link);padding:.2rem 0;width:fit-content}
.scrolled{overflow-x:auto;margin:.6rem 0 1rem}
table{border-collapse:collapse;font-size:.9rem}
th,td{padding:.4rem .9rem .4rem 0;text-align:left;vertical-align:top;font-weight:400}
thead th{color:var(--soft);font-size:.8125rem;border-bottom:1px solid var(--line);white-space:nowrap}
tbody tr+tr>*{border-top:1px solid var(--line)}
th small{display:block}
.figures{width:100%}
.figures td,.figures tbody th{white-space:nowrap}
.figures td.none{white-space:normal}
.figures .group th{padding-top:1.2rem}
.figures .group+tr>*{border-top:0}
.figures .key{margin-right:.45rem;vertical-align:-.1rem}
.values td,.values th{text-align:right;padding:.1rem 1.4rem .1rem 0}
.values tbody tr+tr>*{border-top:0}
.facts{width:100%}
.facts th{width:9rem;color:var(--soft)}
.facts em{display:block;font-style:normal;font-weight:650;color:var(--ink)}
.facts td,.facts th{overflow-wrap:anywhere}
code.long bdi{overflow-wrap:anywhere!important}
code.long{display:block;min-width:16rem;overflow-wrap:anywhere;font-size:.78rem}
td small{display:block}
.figures td small{display:inline}
.command{max-width:none;margin:.8rem 0}
.reading{display:grid;grid-template-columns:12rem 1fr;gap:.7rem 1.5rem;max-width:52rem}
.reading dt{font-weight:650}
.reading dd{margin:0}
footer{margin-top:4rem;color:var(--soft);font-size:.8125rem}
.tip{position:fixed;z-index:2;max-width:min(24rem,94vw);padding:.35rem .6rem;border-radius:4px;pointer-events:none;
background:var(--ink);color:var(--paper);font-size:.8125rem;line-height:1.4;overflow-wrap:anywhere;unicode-bidi:isolate}
@media screen and (max-width:44rem){
body{padding:1.5rem 1rem 3rem}
h1{font-size:1.6rem}
section{margin-top:2.6rem}
.reading{display:block}
.reading dd{margin:0 0 .8rem}
.facts th{width:6.5rem}
}
@media print{
html{font-size:9.5pt}
body{max-width:none;padding:0}
nav,.legend input,.tip{display:none}
section{margin-top:2rem}
h2,h3,h4,.group{break-after:avoid}
figure,tr,.answers dd,.reading dd,.command{break-inside:avoid}
details{display:none}
.scrolled{overflow:visible}
table{font-size:8.5pt}
code.long{min-width:0}
.figures td,.figures tbody th{white-space:normal}
a{color:inherit;text-decoration:none}
@page{margin:16mm 14mm}
}
`

/** Everything; one text, whose hash the policy of the page names. */
export const STYLE = `${COLOR_TOKENS}${PAGE_STYLE}${CHART_STYLE}`
