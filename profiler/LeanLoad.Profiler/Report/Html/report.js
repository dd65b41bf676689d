// Two charts from the page's own data: memory over time, and memory over users. Nothing is fetched.
(() => {
  const data = JSON.parse(document.getElementById('memory-data').textContent);
  const charts = [];

  const colour = name => getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim();
  const mib = value => value >= 100 ? value.toFixed(0) : value.toFixed(1);
  const seconds = value => value < 10 ? value.toFixed(1) + ' s' : value.toFixed(0) + ' s';
  const isNarrow = () => window.innerWidth < 760;

  // The bounds of memory, each a dashed line with its name; one line where budget and limit are the same.
  function bounds() {
    const lines = [];
    if (data.limitMiB !== null) lines.push({ yAxis: data.limitMiB, name: 'limit ' + mib(data.limitMiB) + ' MiB' });
    if (data.budgetMiB !== null && data.budgetMiB !== data.limitMiB) lines.push({ yAxis: data.budgetMiB, name: 'budget ' + mib(data.budgetMiB) + ' MiB' });
    return {
      silent: true, symbol: 'none', animation: false,
      lineStyle: { color: colour('over'), width: 2, type: 'dashed' },
      label: { position: 'insideStartTop', formatter: line => line.name, color: colour('over'), fontWeight: 700 },
      data: lines,
    };
  }

  // So that a bound is always in sight, however little of it was used. At most 1.6 times the bound: a projection far
  // beyond it would flatten what was measured.
  function ceiling(values) {
    const limits = [data.limitMiB, data.budgetMiB].filter(value => value !== null);
    const most = Math.max(1, ...values, ...limits);
    const step = Math.pow(10, Math.floor(Math.log10(most))) / 2;
    return Math.ceil(most * 1.06 / step) * step;
  }

  const axis = (name, more) => Object.assign({
    name, nameTextStyle: { color: colour('dim') },
    axisLabel: { color: colour('dim') }, axisLine: { lineStyle: { color: colour('line') } },
    splitLine: { lineStyle: { color: colour('line') } },
  }, more);

  function frame(tooltip) {
    return {
      animation: false,
      textStyle: { fontFamily: 'system-ui, sans-serif' },
      // Room above for the legend, which is several lines on a narrow page.
      grid: { left: 50, right: isNarrow() ? 42 : 56, top: isNarrow() ? 128 : 74, bottom: 44 },
      legend: { top: 0, left: 0, textStyle: { color: colour('text') }, itemWidth: 16, itemHeight: 10, itemGap: isNarrow() ? 8 : 14 },
      tooltip: Object.assign({
        backgroundColor: colour('card'), borderColor: colour('line'), textStyle: { color: colour('text'), fontSize: 12.5 }, confine: true,
      }, tooltip),
    };
  }

  const layer = (name, key) => ({
    name, type: 'line', stack: 'memory', symbol: 'none', lineStyle: { width: 0 }, itemStyle: { color: colour(key) },
    areaStyle: { color: colour(key), opacity: .85 }, data: data.atS.map((at, index) => [at, data[key + 'MiB'][index]]),
    tooltip: { valueFormatter: value => mib(value) + ' MiB' },
  });

  // A band is two stacked lines: an invisible one up to the lower bound, and the width on top of it.
  function band(stack, rows, name) {
    const line = { type: 'line', symbol: 'none', stack, stackStrategy: 'all', silent: true, lineStyle: { width: 0 }, tooltip: { show: false } };
    return [
      Object.assign({}, line, { name: stack, data: rows.map(row => [row[0], row[1]]), itemStyle: { color: 'transparent' } }),
      Object.assign({}, line, { name, data: rows.map(row => [row[0], row[3] - row[1]]), itemStyle: { color: colour('projection') }, areaStyle: { color: colour('projection'), opacity: .16 } }),
    ];
  }

  function phases() {
    return {
      silent: true,
      data: data.phases.map((phase, index) => [{
        xAxis: phase.fromS, name: phase.name,
        itemStyle: { color: index % 2 === 0 ? colour('shade') : 'transparent' },
        // A name needs room: a phase of some ms has none.
        label: { show: phase.toS - phase.fromS > (isNarrow() ? .14 : .07) * data.endS, position: 'insideTop', color: colour('dim'), fontSize: 11.5 },
      }, { xAxis: phase.toS }]),
    };
  }

  function overTime() {
    const layers = [layer('Live objects', 'live'), layer('Other anonymous', 'anonymous')];
    if (data.hasKernel) layers.push(layer('Kernel', 'kernel'));
    if (data.otherMiB.some(value => value >= .05)) layers.push(layer(data.hasKernel ? 'Shared and other' : 'Kernel and other', 'other'));
    const users = {
      name: 'Users', type: 'line', step: 'end', yAxisIndex: 1, symbol: 'none', lineStyle: { color: colour('users'), width: 2 }, itemStyle: { color: colour('users') },
      data: data.atS.map((at, index) => [at, data.users[index]]), tooltip: { valueFormatter: value => value + ' users' }, z: 4,
    };
    const plateaus = {
      name: 'Plateau', type: 'scatter', symbolSize: 9, itemStyle: { color: colour('card'), borderColor: colour('live'), borderWidth: 2.5 }, z: 5,
      data: data.plateaus.map(row => [row[0], row[2], row[1]]),
      tooltip: { valueFormatter: value => mib(value) + ' MiB' },
    };
    const series = [...layers, users, plateaus];
    if (data.projections.length > 0) {
      // The last projection holds until the end.
      const rows = [...data.projections, [data.endS, ...data.projections[data.projections.length - 1].slice(1)]];
      series.push(...band('projected from', rows, 'Expected peak, 95 %'), {
        name: 'Expected peak, 95 %', type: 'line', symbol: 'none', lineStyle: { color: colour('projection'), width: 2 }, itemStyle: { color: colour('projection') },
        data: rows.map(row => [row[0], row[2]]), tooltip: { valueFormatter: value => mib(value) + ' MiB' },
      });
    }

    layers[0].markLine = bounds();
    layers[0].markArea = phases();
    const option = frame({ trigger: 'axis', axisPointer: { type: 'line' } });
    option.legend.data = [...layers.map(one => one.name), 'Users', 'Plateau', ...(data.projections.length > 0 ? ['Expected peak, 95 %'] : [])];
    option.xAxis = axis('', { type: 'value', min: 0, max: data.endS, axisLabel: { color: colour('dim'), formatter: seconds, hideOverlap: true }, splitLine: { show: false }, axisPointer: { label: { formatter: point => seconds(point.value) } } });
    option.yAxis = [
      axis('MiB', { type: 'value', min: 0, max: ceiling([...data.projections.map(row => row[3]), ...data.plateaus.map(row => row[2]), ...totals()]) }),
      axis('users', { type: 'value', min: 0, max: Math.max(1, data.plannedUsers), minInterval: 1, splitLine: { show: false }, nameTextStyle: { color: colour('users') }, axisLabel: { color: colour('users') } }),
    ];
    option.series = series;
    return option;
  }

  const totals = () => data.atS.map((_, index) => data.liveMiB[index] + data.anonymousMiB[index] + data.kernelMiB[index] + data.otherMiB[index]);

  function overUsers() {
    const rested = data.plateaus.map(row => [row[1], row[2]]);
    const fit = data.usersThatFit !== undefined && data.usersThatFit <= data.plannedUsers && data.usersThatFit > 0
      ? [{ xAxis: data.usersThatFit, name: data.usersThatFit + ' fit' }] : [];
    const lines = bounds();
    lines.data = [...lines.data, ...fit.map(line => Object.assign(line, {
      lineStyle: { color: colour('text'), width: 1.5, type: 'solid' }, label: { position: 'insideEndTop', rotate: 0, distance: [6, -4], align: 'left', formatter: mark => mark.name, color: colour('text'), fontWeight: 700 },
    }))];
    const option = frame({ trigger: 'item', formatter: point => point.value[0] + ' users: ' + mib(point.value[1]) + ' MiB' });
    option.legend.data = ['Plateau', 'Expected peak', '95 % interval'];
    option.grid.top = isNarrow() ? 80 : 60;
    option.xAxis = axis('users', { type: 'value', min: 0, max: data.plannedUsers, minInterval: 1, nameLocation: 'middle', nameGap: 28, splitLine: { show: false } });
    option.yAxis = axis('MiB', { type: 'value', min: 0, max: ceiling([...data.band.map(row => row[3]), ...rested.map(row => row[1])]) });
    option.series = [
      { name: 'Plateau', type: 'scatter', symbolSize: 10, z: 5, itemStyle: { color: colour('live') }, data: rested, markLine: lines },
      ...band('from', data.band, '95 % interval'),
      { name: 'Expected peak', type: 'line', symbol: 'none', lineStyle: { color: colour('projection'), width: 2 }, itemStyle: { color: colour('projection') }, data: data.band.map(row => [row[0], row[2]]) },
    ];
    return option;
  }

  function show(id, option) {
    const place = document.getElementById(id);
    if (place === null) return;
    // SVG, for it prints sharp.
    const chart = echarts.init(place, null, { renderer: 'svg' });
    charts.push({ chart, option });
    chart.setOption(option());
  }

  const redraw = () => charts.forEach(({ chart, option }) => { chart.resize(); chart.setOption(option(), true); });
  show('time-chart', overTime);
  show('user-chart', overUsers);
  window.addEventListener('resize', redraw);
  window.addEventListener('beforeprint', redraw);
  window.addEventListener('afterprint', redraw);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
})();
