// Draws figures when plotly.js is there, in the colours of the place that they stand in.
(() => {
  'use strict';
  if (window.clrFigures) return;
  const patience = 30000;
  // Okabe and Ito's darker colours, lifted for dark pages.
  const lifted = { '#0072B2': '#4AA8E0', '#D55E00': '#F57F2E', '#009E73': '#2CC197', '#777777': '#B4B4B4' };

  const isDark = element => {
    const [r, g, b] = (getComputedStyle(element).color.match(/[\d.]+/g) || [0, 0, 0]).map(Number);
    return 0.299 * r + 0.587 * g + 0.114 * b > 140;
  };
  // A copy: plotly.js writes into what it gets.
  const recolour = (part, dark) => JSON.parse(JSON.stringify(part), (_, v) => dark && typeof v === 'string' && lifted[v] || v);
  // A straight line comes as its corners: the pointer finds points between them too, `meta` apart or more.
  const hovered = 400;
  const filled = trace => {
    const { x, y, meta: unit } = trace;
    if (!unit) return trace;
    const xs = [], ys = [], gap = Math.max(unit, (x[x.length - 1] - x[0]) / hovered);
    x.forEach((end, i) => {
      const start = x[i - 1];
      if (i && y[i] !== null && y[i - 1] !== null)
        for (let at = start + gap; at < end - unit / 2; at += gap) {
          const whole = Math.round(at / unit) * unit;
          xs.push(whole);
          ys.push(y[i - 1] + (y[i] - y[i - 1]) * (whole - start) / (end - start));
        }
      xs.push(end);
      ys.push(y[i]);
    });
    return { ...trace, x: xs, y: ys };
  };
  const themed = (figure, element) => {
    const dark = isDark(element);
    const layout = recolour(figure.layout, dark);
    layout.hoverlabel = {
      bgcolor: dark ? '#2B2B2B' : '#FFFFFF', bordercolor: dark ? '#666666' : '#BBBBBB',
      font: { color: dark ? '#EEEEEE' : '#222222' }, namelength: -1
    };
    layout.font = { ...layout.font, color: dark ? '#D6D6D6' : '#3A3A3A' };
    layout.modebar = { ...layout.modebar, activecolor: dark ? '#FFFFFF' : '#222222' };
    // What the reader has zoomed into stays so when the figure is drawn anew.
    layout.uirevision = 1;
    return [recolour(figure.data, dark).map(filled), layout];
  };
  // On a narrow page: the title from the edge in several lines, the names of rows from the edge, fewer decades, and no bar of buttons over it.
  const narrow = 600, line = 22, edge = 8, small = 9, decade = 36;
  const pen = document.createElement('canvas').getContext('2d');
  const plain = document.createElement('textarea');
  const wide = (text, size, family) => {
    pen.font = `${size}px ${family}`;
    plain.innerHTML = text;
    return pen.measureText(plain.value).width;
  };
  const decades = data => {
    const xs = data.flatMap(trace => trace.x || []).filter(x => x > 0);
    return xs.length ? Math.log10(xs.reduce((a, x) => Math.max(a, x)) / xs.reduce((a, x) => Math.min(a, x))) : 0;
  };
  const fitted = (data, layout, config, width) => {
    const { title, margin: { l, t, r }, font, xaxis } = layout;
    if (width >= narrow) return [layout, { ...config, responsive: false }];
    const lines = [''];
    for (const word of title.text.split(' ')) {
      const longer = (lines[lines.length - 1] + ' ' + word).trim();
      if (lines[lines.length - 1] && wide(longer, title.font.size, font.family) > width - 2 * edge) lines.push(word);
      else lines[lines.length - 1] = longer;
    }
    // plotly.js forgets the height of the first of several lines.
    const extra = line * (lines.length - 1), lower = extra && 0.7 * title.font.size;
    const annotations = (layout.annotations || []).map(note => ({
      ...note, xshift: edge - l,
      font: { size: Math.max(small, Math.min(font.size, font.size * (width - 2 * edge) / wide(note.text, font.size, font.family))) }
    }));
    return [{
      ...layout, annotations, title: { ...title, text: lines.join('<br>'), xref: 'container', pad: { t: title.pad.t + lower, l: edge } },
      height: layout.height + extra, margin: { ...layout.margin, t: t + extra },
      xaxis: xaxis.type === 'log' ? { ...xaxis, tickangle: 0, dtick: Math.ceil(decades(data) * decade / (width - l - r)) || 1 } : xaxis
    }, { ...config, responsive: false, displayModeBar: false }];
  };
  // Long rows come shortened: a sequence by its rule, a row that an earlier trace has by its name.
  const unpacked = figure => {
    for (const trace of figure.data)
      for (const [name, row] of Object.entries(trace))
        if (row && row.$count)
          trace[name] = row.$of ? figure.data[row.$of[0]][row.$of[1]].slice(0, row.$count)
            : Array.from({ length: row.$count }, (_, i) => '$by' in row ? row.$from + i * row.$by : row.$from * row.$times ** i);
    return figure;
  };
  const waitForPlotly = started => new Promise((done, fail) => {
    const look = () => window.Plotly ? done(window.Plotly)
      : Date.now() - started > patience ? fail(new Error('plotly.js is not on this page.'))
      : setTimeout(look, 50);
    look();
  });

  // What is drawn stands at its element, and one listener and one observer serve the page: a figure that is taken away leaves nothing.
  const drawn = Symbol('drawn');
  const paint = async element => {
    const state = element[drawn], [data, layout] = themed(state.figure, element);
    Object.assign(state, { width: element.clientWidth, dark: isDark(element) });
    await window.Plotly.react(element, data, ...fitted(data, layout, state.figure.config, state.width));
    // In a row of boxes, as exported notebooks have it, the drawing's own width would keep its place from becoming narrower.
    element.querySelector('.svg-container').style.width = '100%';
  };
  const sizes = new ResizeObserver(changes => requestAnimationFrame(() => changes.forEach(({ target }) => {
    if (target.clientWidth && target.clientWidth !== target[drawn].width) paint(target);
  })));
  // Notebooks turn dark by what their page's root says, systems by the media.
  const turned = () => document.querySelectorAll('.clr-figure').forEach(element => {
    const state = element[drawn];
    if (state && state.stands && state.dark !== isDark(element)) paint(element);
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', turned);
  const roots = new MutationObserver(turned);
  for (const root of [document.documentElement, document.body])
    if (root) roots.observe(root, { attributes: true });

  const show = async (element, figure) => {
    const state = element[drawn];
    state.figure = figure;
    try {
      await waitForPlotly(Date.now());
      if (state.figure !== figure) return;
      // The picture has kept the place.
      if (!state.stands) element.replaceChildren();
      state.stands = true;
      await paint(element);
      sizes.observe(element);
    } catch (error) {
      if (state.figure === figure) element.append('The figure could not be drawn. ' + error.message);
      console.error(error);
    }
  };
  const changed = (old, change) => '$' in change ? change.$ ?? undefined
    : '$from' in change ? [...old.slice(0, change.$from), ...change.$tail]
    : Array.isArray(old) ? old.map((part, i) => i in change ? changed(part, change[i]) : part)
    : Object.keys(change).reduce((whole, name) => ({ ...whole, [name]: changed(old[name], change[name]) }), old);

  window.clrFigures = {
    themed,
    /** Draws a figure, or draws it anew, into the element with this id; changes to come name the number. */
    draw: async (id, figure, number = 0) => {
      const element = document.getElementById(id);
      if (!element) return;
      Object.assign(element[drawn] ||= {}, { number, whole: unpacked(figure) });
      await show(element, figure);
    },
    /** Draws what has changed since the figure with this number was drawn; nothing where another stands there. */
    change: async (id, number, change) => {
      const element = document.getElementById(id), state = element && element[drawn];
      if (state && state.number === number) await show(element, changed(state.whole, change));
    }
  };
})();
