/**
 * Colours, light and dark. The six of the targets keep 3 to 1 against the paper and differ in lightness and hue also for people who see
 * two of the three primaries (after Okabe & Ito 2008, darkened and lightened for the paper); shapes say the same again.
 */
export const COLOR_TOKENS = `
:root{color-scheme:light dark;--paper:#fff;--ink:#16191d;--soft:#565d66;--line:#dcdfe3;--shade:#f3f4f6;--grid:#e3e6e9;--band:#e8ebee;--link:#0b5cad;--alarm:#b3261e;
--c0:#30363d;--c1:#0067b1;--c2:#c4500a;--c3:#00805c;--c4:#a3488b;--c5:#8a6a00}
@media (prefers-color-scheme:dark){:root{--paper:#14171a;--ink:#e9ecef;--soft:#a3abb4;--line:#343a40;--shade:#20252a;--grid:#2b3036;--band:#2a3036;--link:#74b9ff;--alarm:#ff8a80;
--c0:#d5dade;--c1:#5db4f5;--c2:#f28a45;--c3:#3cc598;--c4:#e08bc6;--c5:#d9b53a}}
@media print{:root{color-scheme:light;--paper:#fff;--ink:#000;--soft:#444;--line:#ccc;--shade:#f4f4f4;--grid:#ddd;--band:#e8e8e8;--link:#000;--alarm:#b3261e;
--c0:#30363d;--c1:#0067b1;--c2:#c4500a;--c3:#00805c;--c4:#a3488b;--c5:#8a6a00}}
`

/** Marks and lines, wherever they are drawn. */
export const MARK_STYLE = `
.c0{--c:var(--c0)}.c1{--c:var(--c1)}.c2{--c:var(--c2)}.c3{--c:var(--c3)}.c4{--c:var(--c4)}.c5{--c:var(--c5)}
.mark path,.key path{fill:var(--c);stroke:var(--paper);stroke-width:1}
.interval line{stroke:var(--c);stroke-width:2}
.grid{stroke:var(--grid);stroke-width:1}
.one,.middle{stroke:var(--soft);stroke-width:1}
.band{fill:var(--band)}
.course{fill:none;stroke:var(--c);stroke-width:1.5}
.uncertain{fill:var(--c);opacity:.16}
.level{stroke:var(--soft);stroke-width:1.5;stroke-dasharray:5 3}
.change line{stroke:var(--ink);stroke-width:1}
.change text{fill:var(--ink);font-size:12px;font-weight:650}
.tick{fill:var(--soft);font-size:12px}
`

/** Charts in a page. */
export const CHART_STYLE = `${MARK_STYLE}
.drawing{display:block;width:100%;overflow:visible}
.key{flex:none}
.mark.failed path{stroke:var(--alarm);stroke-width:2;fill:none}
.live.current path{stroke:var(--ink);stroke-width:2}
.thread line{stroke:var(--c);stroke-width:1;opacity:.55}
.range{stroke:var(--c);stroke-width:2;stroke-linecap:round}
.ring{fill:none;stroke:var(--alarm);stroke-width:1.5}
table.chart,.chart thead,.chart tbody,.chart caption{display:block}
.chart caption,.chart td,.chart th{overflow-wrap:anywhere}
table.chart caption{text-align:left;color:var(--soft);font-size:.875rem;max-width:46rem;padding-bottom:1rem}
.chart tr{display:grid;grid-template-columns:minmax(7rem,10rem) minmax(0,1fr) 16rem;column-gap:1.6rem;align-items:center}
.chart tbody tr+tr>*{border-top:0}
.chart thead th{border:0}
.chart th,.chart td{padding:0}
.chart td.plot{position:relative;display:flex;align-self:stretch;align-items:center;min-height:2rem}
.drawing.row{position:absolute;inset:0;height:100%}
.chart .who{display:flex;flex-wrap:wrap;align-items:center;gap:.45rem;overflow-wrap:anywhere}
.chart thead td.plot{align-self:end;min-height:0}
.chart thead .what{font-size:.8125rem;padding:0}
.chart .group{display:block;margin-top:1.1rem;padding:.5rem 0 .2rem;border-top:1px solid var(--line)}
.chart .group code{font-size:.95rem}
.chart .what{font-size:.9rem;padding:.25rem 0;line-height:1.35}
.chart .what small{display:block}
.chart p.none{margin:0}
.verdict.faster,.verdict.slower{font-weight:650}
figure.rounds{display:grid;grid-template-columns:minmax(5rem,8rem) minmax(0,1fr) 6.2rem;column-gap:1rem;align-items:center;margin:0;border-top:1px solid var(--line)}
.rounds figcaption{display:flex;align-items:center;gap:.45rem;font-size:.9rem;overflow-wrap:anywhere}
.trend{display:grid;grid-template-columns:minmax(6rem,9rem) minmax(0,1fr) 5rem;column-gap:1rem;margin:0;padding:.8rem 0;border-top:1px solid var(--line)}
.trend figcaption{display:flex;gap:.45rem;font-size:.9rem;overflow-wrap:anywhere;padding-top:1rem}
.trend figcaption small{display:block}
.trend .key{margin-top:.3rem}
.trend .days,.trend .notes{grid-column:2}
.days{display:flex;justify-content:space-between;color:var(--soft);font-size:.78rem}
.trend .scale.tall{height:132px;padding:6px 0}
.notes ol{margin-top:.6rem}
.scale{display:flex;flex-direction:column;justify-content:space-between;height:76px;padding:2px 0;color:var(--soft);font-size:.78rem;line-height:1.2}
@media screen and (max-width:44rem){
.chart tr{grid-template-columns:1fr auto;row-gap:0}
.chart .plot{grid-row:2;grid-column:1/-1}
.chart .what{text-align:right;max-width:62vw}
.chart thead .who,.chart thead .what{display:none}
figure.rounds{grid-template-columns:minmax(0,1fr) 5.4rem;column-gap:.6rem;padding-top:.4rem}
.rounds figcaption{grid-column:1/-1}
}
@media screen and (max-width:44rem){.trend{grid-template-columns:minmax(0,1fr) 4.2rem}.trend figcaption{grid-column:1/-1;padding:0}.trend .days{grid-column:1}.trend .notes{grid-column:1/-1}}
@media print{.chart tr{grid-template-columns:8rem minmax(0,1fr) 17rem}figure.rounds{grid-template-columns:7rem minmax(0,1fr) 7rem}}
`
