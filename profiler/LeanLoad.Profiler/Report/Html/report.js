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

  // So that a bound is always in sight, however little of it was used.
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

  // Between a lower and an upper line, in the chart's own coordinates. ECharts stacks lines over time or categories only.
  function ribbon(name, fill, opacity, rows) {
    return {
      name, type: 'custom', silent: true, data: rows.length > 0 ? [0] : [], encode: { x: -1, y: -1 }, itemStyle: { color: fill }, clip: true, z: 1,
      renderItem: (_, api) => ({
        type: 'polygon',
        shape: { points: [...rows.map(row => api.coord([row[0], row[2]])), ...rows.toReversed().map(row => api.coord([row[0], row[1]]))] },
        style: { fill, opacity },
      }),
    };
  }

  // Memory by owner, each part on top of the one before.
  const parts = [
    { name: 'Live objects', key: 'live' },
    { name: 'Other anonymous', key: 'anonymous' },
    ...(data.hasKernel ? [{ name: 'Kernel', key: 'kernel' }] : []),
    ...(data.otherMiB.some(value => value >= .05) ? [{ name: data.hasKernel ? 'Shared and other' : 'Kernel and other', key: 'other' }] : []),
  ];

  function layers() {
    const below = data.atS.map(() => 0);
    return parts.map(part => ribbon(part.name, colour(part.key), .9, data.atS.map((at, index) => {
      const from = below[index];
      below[index] += data[part.key + 'MiB'][index];
      return [at, from, below[index]];
    })));
  }

  // What was known at a moment: the reading, and the latest projection.
  function told(index) {
    const line = (name, text) => '<div style="display:flex;justify-content:space-between;gap:1.5em"><span>' + name + '</span><b>' + text + '</b></div>';
    const latest = data.projections.filter(row => row[0] <= data.atS[index]).at(-1);
    return '<b>' + seconds(data.atS[index]) + '</b>' + line('Users', data.users[index]) + line('Unreclaimable', mib(totals()[index]) + ' MiB')
      + parts.map(part => line(part.name, mib(data[part.key + 'MiB'][index]) + ' MiB')).join('')
      + (latest === undefined ? '' : line('Expected peak', mib(latest[2]) + ' MiB'));
  }

  function phases() {
    return {
      silent: true,
      data: data.phases.map((phase, index) => [{
        xAxis: phase.fromS, name: phase.name,
        itemStyle: { color: index % 2 === 0 ? colour('shade') : 'transparent' },
        // A name needs room: a phase of some ms has none.
        label: { show: phase.toS - phase.fromS > (isNarrow() ? .14 : .07) * data.endS, position: 'top', color: colour('dim'), fontSize: 11.5 },
      }, { xAxis: phase.toS }]),
    };
  }

  function overTime() {
    const users = {
      name: 'Users', type: 'line', step: 'end', yAxisIndex: 1, symbol: 'none', z: 4,
      lineStyle: { color: colour('users'), width: 2 }, itemStyle: { color: colour('users') },
      data: data.atS.map((at, index) => [at, data.users[index]]), markArea: phases(),
    };
    const plateaus = {
      name: 'Plateau', type: 'scatter', symbolSize: 9, z: 5, itemStyle: { color: colour('card'), borderColor: colour('live'), borderWidth: 2.5 },
      data: data.plateaus.map(row => [row[0], row[2]]), markLine: bounds(),
    };
    const shown = [...layers(), users, plateaus];
    // The last projection holds until the end.
    const expected = data.projections.length > 0 ? [...data.projections, [data.endS, ...data.projections.at(-1).slice(1)]] : [];
    const named = shown.map(one => one.name);
    if (expected.length > 0) {
      shown.push(ribbon('95 % interval', colour('projection'), .18, expected.map(row => [row[0], row[1], row[3]])), expectation(expected));
      named.push('Expected peak', '95 % interval');
    }

    const option = frame({ trigger: 'axis', axisPointer: { type: 'line' }, formatter: points => told(points.find(point => point.seriesName === 'Users')?.dataIndex ?? 0) });
    option.legend.data = named;
    option.xAxis = axis('', { type: 'value', min: 0, max: data.endS, axisLabel: { color: colour('dim'), formatter: seconds, hideOverlap: true }, splitLine: { show: false }, axisPointer: { label: { formatter: point => seconds(point.value) } } });
    option.yAxis = [
      axis('MiB', { type: 'value', min: 0, max: ceiling([...data.projections.map(row => row[3]), ...data.plateaus.map(row => row[2]), ...totals()]) }),
      axis('users', { type: 'value', min: 0, max: Math.ceil(Math.max(1, data.plannedUsers) * 1.2), minInterval: 1, splitLine: { show: false }, nameTextStyle: { color: colour('users') }, axisLabel: { color: colour('users'), showMaxLabel: false } }),
    ];
    option.series = shown;
    return option;
  }

  const totals = () => data.atS.map((_, index) => data.liveMiB[index] + data.anonymousMiB[index] + data.kernelMiB[index] + data.otherMiB[index]);

  const expectation = rows => ({
    name: 'Expected peak', type: 'line', symbol: 'none', z: 3, lineStyle: { color: colour('projection'), width: 2 }, itemStyle: { color: colour('projection') },
    data: rows.map(row => [row[0], row[2]]),
  });

  function overUsers() {
    const rested = data.plateaus.map(row => [row[1], row[2]]);
    const fit = data.usersThatFit !== undefined && data.usersThatFit <= data.plannedUsers && data.usersThatFit > 0
      ? [{ xAxis: data.usersThatFit, name: data.usersThatFit + ' fit' }] : [];
    const lines = bounds();
    lines.data = [...lines.data, ...fit.map(line => Object.assign(line, {
      lineStyle: { color: colour('text'), width: 1.5, type: 'solid' }, label: { position: 'end', distance: 4, formatter: mark => mark.name, color: colour('text'), fontWeight: 700 },
    }))];
    const option = frame({ trigger: 'item', formatter: point => point.value[0] + ' users: ' + mib(point.value[1]) + ' MiB' });
    option.legend.data = data.band.length > 0 ? ['Plateau', 'Expected peak', '95 % interval'] : ['Plateau'];
    option.grid.top = isNarrow() ? 80 : 60;
    option.xAxis = axis('users', { type: 'value', min: 0, max: data.plannedUsers, minInterval: 1, nameLocation: 'middle', nameGap: 28, splitLine: { show: false } });
    option.yAxis = axis('MiB', { type: 'value', min: 0, max: ceiling([...data.band.map(row => row[3]), ...rested.map(row => row[1])]) });
    option.series = [
      { name: 'Plateau', type: 'scatter', symbolSize: 10, z: 5, itemStyle: { color: colour('live') }, data: rested, markLine: lines },
      ribbon('95 % interval', colour('projection'), .18, data.band.map(row => [row[0], row[1], row[3]])),
      expectation(data.band),
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
