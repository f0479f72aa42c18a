'use strict'
// The wall: what a projector shows of a class. It needs the teacher's cookie, and nothing on it belongs to one seat.
import { MAIN, e, h, number, s, say } from '../class/parts.js'
import { enter, watch } from '../class/staff.js'

const URL_OF_ROOM = document.body.dataset.url
const MOST_NAMES = 60 // so that the code to scan stays large
const MOST_WORLDS = 12 // that are drawn with the names of their lines, and at most in the debrief
const ZOOMS = [1.8, 1.5, 1.3, 1.15, 1, 0.9, 0.8, 0.7, 0.6, 0.5], MOST_COLUMNS = 6, WORDS_TO_FIGURE = 1.3, FIGURE_PIXELS = 12, WORD_PIXELS = 17 // of the smallest letters in figures and beside them
const state = { view: null, until: null, fitted: null }

function take(view) {
  state.view = view
  state.until = view.left === null || view.left === undefined ? null : Date.now() + 1000 * view.left
  const make = view.debrief ? debrief : { lobby, wall: question, together, league }[view.kind]
  MAIN.className = 'wall-' + (view.debrief ? 'debrief' : view.kind)
  MAIN.replaceChildren(...make(view).flat(9).filter(Boolean))
  tick()
  fit()
}
// nobody scrolls a projector: columns and size are those with which all is in sight and the smallest letters are largest
function fit() {
  const page = document.documentElement, worlds = MAIN.querySelector('.worlds:not(.small)')
  const arrange = (columns, zoom) => {
    MAIN.style.zoom = zoom
    if (worlds) worlds.style.columnCount = columns
  }
  const inSight = () => page.scrollHeight <= page.clientHeight && page.scrollWidth <= page.clientWidth
  const looks = [MAIN.className, MAIN.querySelectorAll('*').length, window.innerWidth, window.innerHeight].join(' ')
  if (state.fitted && state.fitted.looks === looks) {
    arrange(state.fitted.columns, state.fitted.zoom)
    if (inSight()) return
  }
  let best = { size: 0, columns: 3, zoom: ZOOMS[ZOOMS.length - 1] }
  for (let columns = 1; columns <= (worlds ? Math.min(MOST_COLUMNS, worlds.children.length) : 1); columns++) {
    for (const zoom of ZOOMS) {
      arrange(columns, zoom)
      if (!inSight()) continue
      const drawn = worlds && worlds.querySelector('svg'), scale = drawn ? drawn.getScreenCTM().a : zoom
      const size = Math.min(FIGURE_PIXELS * scale, WORD_PIXELS * zoom) + Math.min(zoom, WORDS_TO_FIGURE * scale)
      if (size > best.size) best = { size, columns, zoom }
    }
  }
  arrange(best.columns, best.zoom)
  state.fitted = { ...best, looks }
}
window.addEventListener('resize', fit)
function invite(V, small) {
  return h('aside', { class: small ? 'invite small' : 'invite' }, h('img', { src: 'qr.svg', alt: 'QR code of the address', onload: fit }), h('div', {}, h('b', {}, URL_OF_ROOM.replace(/^http:\/\//, '').replace(/\/$/, '')), h('span', {}, 'code ', h('strong', { class: 'code' }, V.code))))
}
function lobby(V) {
  return [h('h1', {}, 'Scan, type a name, note the PIN'), invite(V), h('p', { class: 'count' }, V.people.length === 0 ? 'Nobody is in yet.' : `${V.people.length} in the room${V.people.length > MOST_NAMES ? '; those who came last:' : ''}`),
    h('ul', { class: 'nicks' }, V.people.slice(-MOST_NAMES).map(nick => h('li', {}, nick)))]
}
function clockBar(V, words) {
  return h('header', { class: 'wall-bar' }, h('h1', {}, words), h('strong', { id: 'clock', role: 'timer' }), invite(V, true))
}
function tick() {
  const clock = document.getElementById('clock'), V = state.view
  if (!clock || !V) return
  if (V.paused) { clock.textContent = 'paused'; return }
  if (V.state === 'locked') { clock.textContent = 'the days are passing …'; return }
  if (state.until === null) { clock.textContent = V.state === 'open' && V.kind === 'together' ? 'no clock' : ''; return }
  const left = Math.max(0, Math.round((state.until - Date.now()) / 1000))
  clock.textContent = V.state === 'reveal' ? `next turn in ${left} s` : `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`
  clock.classList.toggle('late', V.state === 'open' && left <= 10)
}
setInterval(tick, 500)

function together(V) {
  const words = V.state === 'over' ? 'The game is over' : `Turn ${Math.min(V.turn + 1, V.turns)} of ${V.turns}`
  const sent = V.state === 'open' && h('p', { class: 'count' }, `${V.sent} of ${V.seated} have sent`)
  return [clockBar(V, words), sent, h('div', { class: 'worlds' }, V.worlds.map(w => h('section', {}, h('h2', {}, 'World ' + w.letter, ' ', h('small', {}, stopped(w.stopped))), cascade(w.rows || [], V.days, w.day, undefined, V.worlds.length > MOST_WORLDS)))), key()]
}
function stopped(n) { return n === undefined ? '' : n === 0 ? 'no line is stopped' : n === 1 ? '1 line is stopped' : `${n} lines are stopped` }
function key() { return h('p', { class: 'key' }, h('span', {}, h('i', { class: 's2' }), 'under half'), h('span', {}, h('i', { class: 's3' }), 'stopped')) }

// a cascade: a row a line, in the order in which it was reached; struck: the day of the news, in the debrief only;
// bare: without words
function cascade(rows, days, day, struck, bare) {
  const wide = 460, left = bare ? 4 : 168, step = 15, high = Math.max(40, 22 + step * rows.length)
  const x = d => left + d / days * (wide - left - 4)
  const months = Array.from({ length: Math.floor(days / 28) + 1 }, (_, n) => n * 28)
  return s('svg', { class: 'cascade', viewBox: `0 0 ${wide} ${high}`, role: 'img', 'aria-label': rows.length === 0 ? 'no line is short' : bare ? `${rows.length} lines are or were short` : rows.map(r => r.name).join(', ') },
    months.map(m => [s('line', { class: 'grid', x1: x(m), x2: x(m), y1: 2, y2: high - 14 }), !bare && m % 56 === 0 && m < days - 10 && s('text', { class: 'month', x: x(m) + 2, y: high - 4 }, `day ${m}`)]),
    rows.map((r, i) => [!bare && s('text', { x: left - 6, y: 12 + i * step, 'text-anchor': 'end' }, r.name), r.spans.map(span => s('rect', { class: 's' + span[2], x: x(span[0]), y: 3 + i * step, width: Math.max(1.5, x(span[1] + 1) - x(span[0])), height: step - 4 }))]),
    rows.length === 0 && !bare && s('text', { x: left + 6, y: 18, class: 'month' }, 'every line runs'),
    day !== undefined && day < days && s('line', { class: 'today', x1: x(day), x2: x(day), y1: 0, y2: high - 14 }),
    struck !== undefined && [s('line', { class: 'struck', x1: x(struck), x2: x(struck), y1: 0, y2: high - 14 })])
}
function league(V) {
  const words = V.state === 'over' ? 'The league is over' : `League: ${V.seat[0]}`
  return [clockBar(V, words), h('p', { class: 'count' }, e(V.seat[1]), ' · ', `${V.finished} of ${V.seated} have played all ${V.turns} turns`),
    h('h2', {}, 'Points over par ', h('small', {}, 'a line a player, without names; par is the same seat on habit')), dots(V), key2(), cascades(V)]
}
// without names or letters, those that have come furthest first
function cascades(V) {
  return V.cascades.length > 0 && [h('h2', {}, 'How it spreads ', h('small', {}, `a player each${V.seated > V.cascades.length ? ', those that have come furthest' : ''}; a bar a line of industry that ran short, from day 0 to day ${V.days}`)),
    h('div', { class: 'worlds small' }, V.cascades.map(c => h('section', {}, cascade(c.rows.map(spans => ({ spans })), V.days, c.day, undefined, true), h('p', {}, stopped(c.stopped))))), key()]
}
function key2() { return h('p', { class: 'key' }, h('span', {}, h('i', { class: 'own' }), 'own result'), h('span', {}, h('i', { class: 'rest' }), 'the world')) }
function dots(V) {
  const wide = 1000, high = 250, all = [0, ...V.dots.flat(2)], low = Math.min(-10, ...all), top = Math.max(10, ...all)
  const x = n => 50 + n / V.turns * (wide - 60), y = p => 12 + (top - p) / (top - low) * (high - 40)
  const path = points => points.map((p, i) => `${x(i + 1)},${y(p)}`).join(' ')
  return s('svg', { class: 'dots', viewBox: `0 0 ${wide} ${high}`, role: 'img', 'aria-label': 'points over par by turn' },
    [low, 0, top].map(p => [s('line', { class: p === 0 ? 'zero' : 'grid', x1: 50, x2: wide - 10, y1: y(p), y2: y(p) }), s('text', { x: 44, y: y(p) + 4, 'text-anchor': 'end' }, number(Math.round(p)))]),
    Array.from({ length: V.turns }, (_, n) => s('text', { x: x(n + 1), y: high - 6, 'text-anchor': 'middle', class: 'month' }, String(n + 1))),
    V.dots.map(([own, rest]) => own.length > 0 && [s('polyline', { class: 'rest', points: path(rest) }), s('polyline', { class: 'own', points: path(own) }), s('circle', { class: 'rest', cx: x(own.length), cy: y(rest[rest.length - 1]), r: 4 }), s('circle', { class: 'own', cx: x(own.length), cy: y(own[own.length - 1]), r: 5 })]))
}

function bars(counts, marked) {
  const most = Math.max(1, ...counts.map(c => c[1]))
  return h('div', { class: 'bars' }, counts.map(([words, count], i) => h('div', { class: i === marked ? 'right' : '' }, h('span', {}, words), h('i', { style: null, 'data-share': String(count / most) }), h('b', {}, String(count)))))
}
function widths() { document.querySelectorAll('[data-share]').forEach(bar => { bar.style.width = `${Math.max(1, 60 * bar.dataset.share)}%` }) }
// marks: [value, words] of what was computed; ends: the axis, where it is known; room: how far off still is right
function histogram(given, marks, unit, ends, room = 0) {
  const values = [...given, ...marks.map(m => m[0])], low = ends ? ends[0] : Math.min(...values), high = Math.max(low + 1e-9, ends ? ends[1] : Math.max(...values))
  const wide = 560, tall = 160, bins = 20, width = (high - low) / bins, counts = Array(bins).fill(0)
  given.forEach(v => { counts[Math.max(0, Math.min(bins - 1, Math.floor((v - low) / width)))] += 1 })
  const most = Math.max(1, ...counts), x = v => 30 + (v - low) / (high - low) * (wide - 60), floor = tall - 30
  return s('svg', { class: 'histogram', viewBox: `0 0 ${wide} ${tall}`, role: 'img', 'aria-label': `${given.length} answers; ${marks.map(m => m[1]).join('; ')}` },
    room > 0 && marks.map(([value]) => s('rect', { class: 'room', x: Math.max(30, x(value - room)), width: Math.max(0, Math.min(wide - 30, x(value + room)) - Math.max(30, x(value - room))), y: 22, height: floor - 22 })),
    s('line', { class: 'zero', x1: 30, x2: wide - 30, y1: floor, y2: floor }),
    counts.map((c, i) => c > 0 && [s('rect', { class: 'bin', x: x(low + i * width) + 1, width: (wide - 60) / bins - 2, y: floor - 62 * c / most, height: 62 * c / most }), s('text', { x: x(low + (i + 0.5) * width), y: floor - 62 * c / most - 4, 'text-anchor': 'middle' }, String(c))]),
    s('text', { x: 30, y: tall - 8 }, number(Math.round(low * 10) / 10)), s('text', { x: wide - 30, y: tall - 8, 'text-anchor': 'end' }, measured(Math.round(high * 10) / 10, unit)),
    marks.map(([value, words], i) => [s('line', { class: 'answer', x1: x(value), x2: x(value), y1: 22, y2: floor }), s('text', { class: 'answer', x: x(value) + (x(value) > wide - 200 ? -6 : 6), y: 14 + 17 * (i % 3), 'text-anchor': x(value) > wide - 200 ? 'end' : 'start' }, words)]))
}
function measured(value, unit) { return unit === 'day' ? `day ${number(value)}` : `${number(value)} ${unit}`.trim() }
function question(V) {
  if (V.state === 'over') return [clockBar(V, 'That was the last question')]
  const shown = V.state === 'reveal', given = V.given || []
  const told = V.answers === 'choice' ? bars(V.options.map((o, i) => [o, given.filter(g => g === i).length]), V.answer) : histogram(given, [[V.answer, `computed: ${measured(V.answer, V.unit)}`]], V.unit, null, V.tolerance)
  const open = V.answers === 'choice' ? h('ol', { class: 'options' }, V.options.map(o => h('li', {}, o))) : h('p', { class: 'told' }, V.unit === 'day' ? 'The number of a day.' : V.unit ? `A number of ${V.unit}.` : 'A number.')
  return [h('header', { class: 'wall-bar' }, h('h1', { class: 'asked' }, V.asked), !shown && invite(V, true)),
    h('p', { class: 'count' }, `Question ${V.place + 1} of ${V.of} · ${V.answered} of ${V.people.length} have answered`),
    shown ? h('div', { class: 'pair' }, h('section', {}, told, h('p', { class: 'told' }, V.words), V.answers === 'number' && h('p', { class: 'count' }, `Right is within ${number(V.tolerance)}: the band.`)), h('section', {}, V.figure ? h('img', { class: 'figure', src: V.figure, alt: V.words, onload: fit }) : V.drawing && h('p', { class: 'wait' }, 'Drawing the figure …'))) : open]
}

function debrief(V) {
  const D = V.debrief, make = { feeling, guess, worlds, orders, paid, what_if: whatIf, history, ticket }[D.step]
  const waits = D.left > 0 && !['feeling', 'guess', 'history', 'ticket'].includes(D.step)
  return [make(V, D), waits && h('p', { class: 'wait' }, `Playing ${D.left === 1 ? 'one more world' : D.left + ' more worlds'} again …`)]
}
function some(D) { return D.worlds.slice(0, MOST_WORLDS) }
function more(D) { return D.worlds.length > MOST_WORLDS && h('p', { class: 'count' }, `The first ${MOST_WORLDS} of ${D.worlds.length} worlds; all of them are in the export.`) }
function feeling(V, D) { return [h('h1', {}, 'How was it?'), bars(Object.entries(D.feelings).map(([f, n]) => [f, n]))] }
function guess(V, D) {
  return [h('h1', {}, 'Guess first'), h('p', { class: 'count' }, 'What share of licences was granted since the news? On which day did the first line at the end of the chain stop?'),
    h('p', { class: 'count' }, `${D.guesses[0].length} and ${D.guesses[1].length} guesses of ${V.people.length}`)]
}
function worlds(V, D) {
  // one mark for all worlds in which the same was computed
  const marks = (at, words) => {
    const letters = new Map()
    D.worlds.filter(w => !w.scare && w.truth[at] !== null).forEach(w => letters.set(w.truth[at], [...(letters.get(w.truth[at]) || []), w.letter]))
    return [...letters].sort((a, b) => a[0] - b[0]).map(([value, all]) => [value, `${all.slice(0, 4).join(' ')}${all.length > 4 ? ' …' : ''}: ${words(value)}`])
  }
  const asked = [['What share of licences was granted since the news?', '%', [0, 100], marks('granted', value => `${value} %`)],
    ['First stop at the end of the chain', 'days', [0, V.days], marks('first_stop', value => `day ${value}`)]]
  return [h('h1', {}, 'The worlds side by side'), h('div', { class: 'pair' }, asked.map(([words, unit, ends, found], i) => h('section', {}, h('h2', {}, words, ' ', h('small', {}, 'your guesses; red: computed')), histogram(D.guesses[i], found, unit, ends)))),
    h('div', { class: 'worlds' }, some(D).map(w => h('section', { class: w.scare ? 'scare' : '' }, h('h2', {}, 'World ' + w.letter, ' ', h('small', {}, w.hidden)),
      cascade(w.rows, V.days, undefined, w.struck), h('p', {}, `${w.truth.granted === null ? 'No licence was asked for' : w.truth.granted + ' % of licences granted'}; ${w.stopped === 0 ? 'no line stopped' : (w.stopped === 1 ? 'one line' : w.stopped + ' lines') + ' stopped' + (w.truth.first_stop === null ? ', none at the end of the chain' : ', at the end of the chain first ' + w.truth.first_name + ' on day ' + w.truth.first_stop)}; ${w.lost} of value added.`)))),
    h('p', { class: 'key' }, h('span', {}, h('i', { class: 'line' }), 'the news'), ...key().children), more(D)]
}
function orders(V, D) {
  return [h('h1', {}, 'What was ordered, turn by turn'), h('p', { class: 'count' }, '100 % is what a quiet turn uses. Who ordered more than was used, and when?'),
    h('div', { class: 'worlds' }, some(D).map(w => h('section', { class: w.scare ? 'scare' : '' }, h('h2', {}, 'World ' + w.letter, ' ', h('small', {}, w.scare ? 'only the scare' : 'the stop')), lines(w, V.turns)))), more(D)]
}
function lines(w, turns) {
  const wide = 460, high = 190, top = Math.max(150, ...w.orders.flatMap(o => o.data)), x = n => 40 + n / turns * (wide - 150), y = v => 8 + (top - v) / top * (high - 30)
  const ends = w.orders.map((o, i) => ({ i, y: y(o.data[o.data.length - 1] || 0), name: o.name })).sort((a, b) => a.y - b.y)
  ends.forEach((end, i) => { if (i > 0) end.y = Math.max(end.y, ends[i - 1].y + 12) })
  return s('svg', { class: 'lines', viewBox: `0 0 ${wide} ${high}`, role: 'img', 'aria-label': w.orders.map(o => `${o.name}: at most ${Math.max(...o.data)} %`).join('; ') },
    [0, 100, top].map(v => [s('line', { class: v === 100 ? 'zero' : 'grid', x1: 40, x2: wide - 106, y1: y(v), y2: y(v) }), s('text', { class: 'month', x: 36, y: y(v) + 4, 'text-anchor': 'end' }, v === 100 || v === 0 || top > 130 ? `${v} %` : '')]),
    Array.from({ length: turns }, (_, n) => (n === 0 || (n + 1) % 4 === 0) && s('text', { class: 'month', x: x(n + 1), y: high - 5, 'text-anchor': 'middle' }, `${n === 0 ? 'turn ' : ''}${n + 1}`)),
    w.orders.map((o, i) => s('polyline', { points: o.data.map((v, n) => `${x(n + 1)},${y(v)}`).join(' '), class: 'c' + i % 6 })),
    ends.map(end => s('text', { x: wide - 102, y: end.y + 4, class: 'c' + end.i % 6 }, end.name)))
}
// a row a seat, a dot a world; hollow: only the scare
function paid(V, D) {
  const seats = new Map()
  D.worlds.forEach(w => Object.entries(w.seats).forEach(([key, seat]) => seats.set(key, [...(seats.get(key) || []), { ...seat, letter: w.letter, scare: w.scare, struck: w.struck }])))
  const rows = [...seats.values()], all = rows.flat(), ends = Math.max(10, ...all.flatMap(o => [Math.abs(o.own_points), Math.abs(o.world_points)]))
  const wide = 1000, left = 250, step = 46, high = 30 + step * rows.length, x = p => left + (1 + p / ends) / 2 * (wide - left - 30)
  const held = all.filter(o => o.stock && o.stock.days > o.stock.normal).sort((a, b) => b.stock.days / b.stock.normal - a.stock.days / a.stock.normal).slice(0, 5)
  return [h('h1', {}, 'Who gained, who paid'), h('p', { class: 'count' }, 'Points over par: the same seat on habit, everybody else as played. A dot a world. Both kinds weigh the same.'),
    seatDots(rows, { wide, left, step, high, x, ends }), key2(), h('p', { class: 'key' }, 'hollow: a world with only the scare'),
    held.length > 0 && [h('h2', {}, 'Who held most'), h('ul', {}, held.map(o => h('li', {}, `World ${o.letter}, ${o.title.toLowerCase()}: ${o.stock.days} days of ${o.stock.good} on day ${o.stock.day}, ${o.stock.day < o.struck ? 'before' : 'after'} the news (normal ${o.stock.normal})`)))]]
}
function seatDots(rows, { wide, left, step, high, x, ends }) {
  const dot = (seat, kind, y) => s('circle', { class: kind + (seat.scare ? ' hollow' : ''), cx: x(seat[kind === 'own' ? 'own_points' : 'world_points']), cy: y, r: 6 }, s('title', {}, `World ${seat.letter}`))
  return s('svg', { class: 'dots', viewBox: `0 0 ${wide} ${high}`, role: 'img', 'aria-label': rows.map(seats => `${seats[0].title}: ${seats.map(o => `${o.letter} ${o.own_points} and ${o.world_points}`).join(', ')}`).join('; ') },
    [-ends, 0, ends].map(p => [s('line', { class: p === 0 ? 'zero' : 'grid', x1: x(p), x2: x(p), y1: 0, y2: high - 24 }), s('text', { class: 'month', x: x(p), y: high - 6, 'text-anchor': 'middle' }, number(Math.round(p)))]),
    rows.map((seats, i) => [s('text', { x: left - 16, y: 26 + i * step, 'text-anchor': 'end' }, seats[0].title), seats.map(seat => [dot(seat, 'rest', 28 + i * step), dot(seat, 'own', 14 + i * step)])]))
}
function ending(n, first) { return (n === 0 ? 'no line stops' : n === 1 ? '1 line stops' : `${n} lines stop`) + (first === null ? '' : `, the end of the chain on day ${first}`) }
function whatIf(V, D) {
  const row = (words, said) => h('tr', {}, h('th', { scope: 'row' }, words), h('td', { class: 'text' }, said))
  return [h('h1', {}, 'What if?'), h('p', { class: 'count' }, 'Each world again, by replay: without one seat, and with more stock. What would one firm alone have changed?'),
    h('div', { class: 'worlds' }, some(D).map(w => {
      const other = Object.values(w.seats).filter(seat => seat.without !== w.stopped || seat.without_first !== w.truth.first_stop)
      return h('section', { class: w.scare ? 'scare' : '' }, h('h2', {}, 'World ' + w.letter), h('table', {}, h('tbody', {}, row('As you played', ending(w.stopped, w.truth.first_stop)),
        other.length === 0 && row('Without any one of you', 'the same lines stop on the same days'), other.map(seat => row('Without ' + seat.title.toLowerCase(), ending(seat.without, seat.without_first))),
        row(`With ${w.more_stock.days} days more stock`, ending(w.more_stock.stopped, w.more_stock.first_stop)))))
    })), more(D)]
}
function history(V, D) { return [h('h1', {}, 'What happened'), D.history.map(([words, source]) => h('blockquote', {}, words, h('cite', {}, source)))] }
function ticket(V) { return [h('h1', {}, 'Two sentences'), h('p', { class: 'told' }, 'Why did the first line stop, and who could have known?')] }

new MutationObserver(widths).observe(MAIN, { childList: true })
enter().then(in_ => { if (in_) watch('wall', take); else say('Open this page from the teacher’s page.') })
