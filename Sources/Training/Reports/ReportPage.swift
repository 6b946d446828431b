/// The frame of a page: its head, its style, its script.
enum ReportPage {
  /// A page of a body that is markup already.
  static func html(title: String, body: String) -> String {
    """
    <!doctype html>
    <html lang=en>
    <head>
    <meta charset=utf-8>
    <meta name=viewport content="width=device-width, initial-scale=1">
    <meta name=color-scheme content="light dark">
    <meta http-equiv=Content-Security-Policy content="default-src 'none'; img-src data:; \
    style-src 'unsafe-inline'; script-src 'unsafe-inline'">
    <title>\(HTMLText.escaped(title))</title>
    <style>
    \(style)
    </style>
    </head>
    <body>
    <main>
    \(body)</main>
    <footer>Made by Myelin.</footer>
    <script>
    \(script)
    </script>
    </body>
    </html>

    """
  }

  /// Colours are told apart by people who do not see red and green, and dashes tell curves apart
  /// without colour.
  static let style = """
    :root{--ground:#f5f6f8;--card:#fff;--text:#1c2330;--soft:#5a6475;--rule:#dfe3e9;
    --a:#1d4ed8;--b:#c2410c;--c:#0f766e;--d:#7e22ce;--e:#a16207;--f:#be185d;--g:#4d7c0f;--h:#475569}
    @media (prefers-color-scheme:dark){:root{--ground:#11151c;--card:#1a202a;--text:#e6eaf0;
    --soft:#9aa5b5;--rule:#2d3542;--a:#7aa7ff;--b:#ff9a5c;--c:#45cfc0;--d:#cf9bff;--e:#e5c04a;
    --f:#ff8fc0;--g:#a9d65c;--h:#a8b3c2}}
    *{box-sizing:border-box}
    body{margin:0;background:var(--ground);color:var(--text);
    font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;
    -webkit-text-size-adjust:100%}
    main{max-width:1240px;margin:0 auto;padding:24px 20px}
    h1{font-size:26px;line-height:1.2;margin:0;overflow-wrap:anywhere}
    h2{font-size:18px;margin:30px 0 10px}h3{font-size:14px;margin:0;overflow-wrap:anywhere}
    header p,.note,footer{color:var(--soft);margin:4px 0 0;font-size:13.5px}
    section>.note,details>.note{margin:-6px 0 12px}
    .card{background:var(--card);border:1px solid var(--rule);border-radius:10px;padding:14px 16px;
    margin:0;min-width:0}
    .tiles{display:grid;grid-template-columns:repeat(auto-fill,minmax(165px,1fr));gap:12px;
    margin:18px 0 0}
    .tiles dt{color:var(--soft);font-size:12.5px;line-height:1.3}
    .tiles dd{margin:2px 0 0;font-size:22px;font-weight:650;font-variant-numeric:tabular-nums}
    small{display:block;color:var(--soft);font-size:12.5px}
    .grid{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,370px),1fr));gap:14px}
    .wide{margin-bottom:14px}
    figure{position:relative}
    figcaption{display:flex;flex-wrap:wrap;gap:4px 18px;align-items:baseline;margin-bottom:10px;
    padding-right:92px}
    .legend{display:flex;flex-wrap:wrap;gap:4px 14px;margin:0;font-size:12.5px;color:var(--soft)}
    .legend span::before{content:"";display:inline-block;width:20px;margin-right:6px;
    border-top:2.5px solid var(--ink);vertical-align:4px}
    .legend .b::before{border-top-style:dashed}.legend .d::before{border-top-style:dotted}
    .a{--ink:var(--a)}.b{--ink:var(--b)}.c{--ink:var(--c)}.d{--ink:var(--d)}.e{--ink:var(--e)}
    .f{--ink:var(--f)}.g{--ink:var(--g)}.h{--ink:var(--h)}
    .log{position:absolute;top:17px;right:82px;margin:0;accent-color:var(--a)}
    .log+label{position:absolute;top:13px;right:16px;font-size:12.5px;color:var(--soft);
    cursor:pointer}
    .plot{position:relative;height:190px;margin:0 6px 24px 46px}
    .wide .plot{height:300px}
    .logarithmic,.log:checked~.linear{display:none}.log:checked~.logarithmic{display:block}
    svg{display:block;width:100%;height:100%;overflow:visible}
    svg path{vector-effect:non-scaling-stroke;fill:none}
    .plot>svg{border-left:1px solid var(--rule);border-bottom:1px solid var(--rule)}
    path.grid{stroke:var(--rule);stroke-width:1}
    .line{stroke:var(--ink);stroke-width:2;stroke-linejoin:round}
    .line.b{stroke-dasharray:6 3}.line.d{stroke-dasharray:2 3}
    .line.faint{stroke-width:1;opacity:.32;stroke-dasharray:none}
    .marks{stroke:var(--ink);stroke-width:6.5;stroke-linecap:round}
    .plot span{position:absolute;font-size:11.5px;line-height:1;color:var(--soft);white-space:nowrap;
    font-variant-numeric:tabular-nums}
    .plot .y{right:calc(100% + 7px);transform:translateY(-50%)}
    .plot .unit{right:calc(100% + 7px);top:calc(100% + 8px)}
    .plot .x{top:calc(100% + 8px);transform:translateX(-50%)}
    .plot .x.end{transform:translateX(-100%)}.plot .x.start{transform:none}
    .plot .rule{top:0;bottom:0;width:1px;background:var(--soft);pointer-events:none}
    .plot .tip{top:6px;padding:7px 9px;background:var(--card);border:1px solid var(--rule);
    border-radius:7px;color:var(--text);line-height:1.5;pointer-events:none;z-index:2;
    box-shadow:0 3px 12px rgb(0 0 0/18%);white-space:pre}
    .plot:focus-visible{outline:2px solid var(--a);outline-offset:4px}
    .fan{display:grid;grid-template-columns:1fr 76px;gap:8px}.fan .plot{height:92px;margin-bottom:6px}
    .fan .plot+.plot{margin-left:0}.spread p{margin:4px 0;font-size:12.5px;color:var(--soft)}
    .band{fill:var(--ink)!important;opacity:.24}.bars{fill:var(--ink)!important;opacity:.75}
    .scroll{overflow-x:auto}
    table{border-collapse:collapse;font-size:13.5px;font-variant-numeric:tabular-nums}
    th{font-weight:600;text-align:left}th,td{padding:4px 10px}
    .confusion td{text-align:right;min-width:44px;border:2px solid var(--card);border-radius:5px}
    .confusion thead th{text-align:right;color:var(--soft);font-weight:500}
    .confusion tbody th{padding-left:0}
    .confusion .none{color:var(--soft);opacity:.55}.hot{color:#fff}
    .confusion .score{color:var(--soft);white-space:nowrap}
    .facts th{color:var(--soft);font-weight:500;vertical-align:top;padding-left:0}
    .facts td{overflow-wrap:anywhere}.pairs th,.pairs td,.runs th,.runs td{border-bottom:
    1px solid var(--rule)}
    .runs td{text-align:right}.runs td:first-child{text-align:left}.runs th{text-align:right}
    .runs th:first-child{text-align:left}
    .gallery{list-style:none;margin:0;padding:0;display:grid;gap:12px;
    grid-template-columns:repeat(auto-fill,minmax(150px,1fr))}
    .gallery .card{padding:10px;font-size:14px;line-height:1.35}
    .gallery img{width:100%;aspect-ratio:1;object-fit:contain;image-rendering:pixelated;
    border-radius:6px;background:rgb(128 128 128/14%);margin-bottom:8px}
    .right{color:var(--c)}.wrong{color:var(--b)}.caption{overflow-wrap:anywhere}
    .warnings{list-style:none;border-left:4px solid var(--b)}
    .warnings li+li{margin-top:8px}
    code,pre{font:12.5px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
    code{overflow-wrap:anywhere;font-weight:600}pre{overflow-x:auto}
    summary{cursor:pointer}summary h2{display:inline-block}
    footer{max-width:1240px;margin:0 auto;padding:0 20px 28px}
    @media (max-width:600px){main{padding:16px 12px}.plot .spare{display:none}
    .confusion td{min-width:34px}
    .confusion th,.confusion td{padding:3px 5px}.card{padding:12px}.wide .plot{height:220px}
    .tiles{grid-template-columns:repeat(2,1fr);gap:8px}.tiles dd{font-size:19px}
    .gallery{grid-template-columns:repeat(2,1fr);gap:8px}.plot{margin-left:44px}}
    @media print{:root{--ground:#fff}body{font-size:12px;print-color-adjust:exact;
    -webkit-print-color-adjust:exact}main{max-width:none;padding:0}
    .card,li,tr{break-inside:avoid}h2,.note{break-after:avoid}
    .confusion{font-size:10px}.confusion td{min-width:0}.confusion th,.confusion td{padding:2px 5px}
    .log,.log+label{display:none}}
    """

  /// Says the values under the pointer, or with the arrow keys those of a chart that has the focus.
  /// Charts are made again in every scheme and width by the browser alone.
  static let script = """
    for (const plot of document.querySelectorAll('[data-chart]')) {
      const chart = JSON.parse(plot.dataset.chart), svg = plot.querySelector('svg');
      const rule = document.createElement('span'), tip = document.createElement('span');
      rule.className = 'rule'; tip.className = 'tip'; rule.hidden = tip.hidden = true;
      plot.append(rule, tip); plot.tabIndex = 0;
      const steps = [...new Set(chart.lines.flatMap(line => line.s))].sort((a, b) => a - b);
      const width = chart.x[1] - chart.x[0];
      let at = steps.length - 1;
      const nearest = (list, step) => {
        let best = -1;
        list.forEach((s, i) => {
          if (best < 0 || Math.abs(s - step) < Math.abs(list[best] - step)) best = i;
        });
        return best;
      };
      const show = index => {
        at = Math.max(0, Math.min(steps.length - 1, index));
        const step = steps[at], share = (step - chart.x[0]) / width, rows = [];
        let epoch = '';
        for (const line of chart.lines) {
          const i = nearest(line.s, step);
          if (i < 0) continue;
          const off = line.s[i] === step ? '' : ' (step ' + line.s[i].toLocaleString('en') + ')';
          epoch = epoch || 'epoch ' + line.e[i];
          rows.push(line.n + '  ' + line.v[i] + off);
        }
        tip.textContent = 'step ' + step.toLocaleString('en') + ', ' + epoch + '\\n' +
          rows.join('\\n');
        rule.hidden = tip.hidden = false;
        rule.style.left = share * 100 + '%';
        const room = plot.clientWidth - tip.offsetWidth;
        const wanted = share * plot.clientWidth + (share < 0.5 ? 10 : -10 - tip.offsetWidth);
        tip.style.left = Math.max(-30, Math.min(room, wanted)) + 'px';
      };
      const hide = () => { rule.hidden = tip.hidden = true; };
      plot.addEventListener('pointermove', event => {
        const box = svg.getBoundingClientRect();
        const step = chart.x[0] + (event.clientX - box.left) / box.width * width;
        show(nearest(steps, step));
      });
      plot.addEventListener('pointerleave', hide);
      plot.addEventListener('blur', hide);
      plot.addEventListener('keydown', event => {
        const move = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
        if (move) { show(rule.hidden ? at : at + move); event.preventDefault(); }
        if (event.key === 'Escape') hide();
      });
    }
    addEventListener('beforeprint', () => {
      for (const part of document.querySelectorAll('details')) part.open = true;
    });
    """
}
