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
  const recolour = (part, dark) => !dark ? part
    : JSON.parse(JSON.stringify(part), (_, v) => typeof v === 'string' && lifted[v] || v);
  const themed = (figure, element) => {
    const dark = isDark(element);
    const layout = recolour(figure.layout, dark);
    layout.hoverlabel = {
      bgcolor: dark ? '#2B2B2B' : '#FFFFFF', bordercolor: dark ? '#666666' : '#BBBBBB',
      font: { color: dark ? '#EEEEEE' : '#222222' }, namelength: -1
    };
    layout.font = { ...layout.font, color: dark ? '#D6D6D6' : '#3A3A3A' };
    layout.modebar = { ...layout.modebar, activecolor: dark ? '#FFFFFF' : '#222222' };
    return [recolour(figure.data, dark), layout];
  };
  // On a narrow page: the title in several lines, and no bar of buttons over it.
  const narrow = 600, letter = 10, line = 22;
  const fitted = (layout, config, width) => {
    const title = layout.title && layout.title.text;
    if (!title || width >= narrow) return [layout, config];
    const lines = [''];
    for (const word of title.split(' ')) {
      const longer = (lines[lines.length - 1] + ' ' + word).trim();
      if (lines[lines.length - 1] && longer.length * letter > width) lines.push(word);
      else lines[lines.length - 1] = longer;
    }
    const extra = line * (lines.length - 1);
    return [{
      ...layout, title: { ...layout.title, text: lines.join('<br>') }, height: layout.height && layout.height + extra,
      margin: { ...layout.margin, t: ((layout.margin || {}).t || 80) + extra }
    }, { ...config, displayModeBar: false }];
  };
  const waitForPlotly = started => new Promise((done, fail) => {
    const look = () => window.Plotly ? done(window.Plotly)
      : Date.now() - started > patience ? fail(new Error('plotly.js is not on this page.'))
      : setTimeout(look, 50);
    look();
  });

  window.clrFigures = {
    themed,
    /** Draws a figure, or draws it anew, into the element with this id. */
    draw: async (id, figure) => {
      const element = document.getElementById(id);
      try {
        const plotly = await waitForPlotly(Date.now());
        const paint = () => {
          const [data, layout] = themed(figure, element);
          return plotly.react(element, data, ...fitted(layout, figure.config, element.clientWidth));
        };
        await paint();
        matchMedia('(prefers-color-scheme: dark)').addEventListener('change', paint);
      } catch (error) {
        element.textContent = 'The figure could not be drawn. ' + error.message;
        console.error(error);
      }
    }
  };
})();
