'use strict'
// The wall: what a projector shows of a class. It needs the teacher's cookie, and nothing on it belongs to one seat.
import { LANG, MAIN, e, h, learn, local, number, s, t } from '../class/words.js'
import { enter, refuse, watch } from '../class/staff.js'

const URL_OF_ROOM = document.body.dataset.url
const MOST_NAMES = 60 // so that the code to scan stays large
const MOST_WORLDS = 12 // of a game that goes on, that are drawn with the names of their lines
// nobody scrolls a projector and nobody reads what is small: letters have at least so many pixels, those of figures
// FIGURE_PIXELS times the size of a figure, those beside them WORD_PIXELS times the zoom; where that can be had they are
// a 72nd of the height, so that the last row reads them, too
const LEAST_PIXELS = 11, LINES_SEEN = 72, FIGURE_PIXELS = 12, WORD_PIXELS = 17
const ZOOMS = [1.8, 1.5, 1.3, 1.15, 1, 0.9, 0.8, 0.7, 0.65], SIZES = [1.8, 1.4, 1.15, 0.95], ROWS = [16, 12, 9, 6], LEAST_WIDE = 290, GAP = 26, MOST_COLUMNS = 9, LEAST_ZOOM = 0.5 // where nothing else helps
const IMAGES = new Map()
const PAGE_SECONDS = 12 // before the next page of worlds, unless somebody has chosen one
const state = { view: null, until: null, at: null, looks: '', page: 0, held: false, turned: 0, narrowest: 0 }

function take(view) {
  if (view.language && view.language !== LANG) { location.reload(); return }
  learn(view.elsewhere)
  state.view = view
  state.until = view.left === null || view.left === undefined ? null : performance.now() + 1000 * view.left
  MAIN.className = 'wall-' + (view.debrief ? 'debrief' : view.kind)
  fit()
}
// draw the view: worlds in so many columns, with so many rows each, and the page of them that is shown
function draw(at) {
  const view = state.view, make = view.debrief ? debrief : { lobby, wall: question, together, league }[view.kind]
  state.at = at
  MAIN.style.zoom = at.zoom
  MAIN.replaceChildren(...make(view).flat(9).filter(Boolean))
  if (worldsShown()) worldsShown().style.columnCount = at.columns
  tick()
}
function worldsShown() { return MAIN.querySelector('.worlds:not(.small)') }
function inSight() {
  const page = document.documentElement
  return page.scrollHeight <= page.clientHeight && page.scrollWidth <= page.clientWidth
}
// whether all is in sight on every page of worlds, the one that is shown first
function allInSight() {
  const shown = state.page
  let fits = inSight()
  for (let page = 0; fits && page < state.at.pages; page++) {
    if (page === shown) continue
    state.page = page
    draw(state.at)
    fits = inSight()
  }
  if (state.page !== shown) { state.page = shown; draw(state.at) }
  return fits
}
// the arrangement that was found holds as long as all is in sight; else the one with the largest letters with which it is
function fit() {
  const view = state.view
  if (!view) return
  const count = (view.debrief ? view.debrief.worlds : view.worlds || []).length
  const looks = [MAIN.className, view.debrief ? view.debrief.step : view.asked, count, window.innerWidth, window.innerHeight].join(' ')
  if (looks === state.looks) {
    draw(state.at)
    if (allInSight()) return
  } else Object.assign(state, { looks, page: 0, held: false, turned: performance.now() })
  const bare = !view.debrief && count > MOST_WORLDS, last = bare ? 1 : Math.max(1, count)
  state.narrowest = bare ? 0 : LEAST_WIDE
  for (let pages = view.debrief ? Math.max(1, Math.ceil(count / MOST_WORLDS)) : 1; pages <= last; pages++) {
    const found = arrange(pages)
    if (found) { draw(found); return }
    if (!worldsShown()) break
  }
  draw({ columns: MOST_COLUMNS, zoom: LEAST_ZOOM, wide: LEAST_WIDE, rows: ROWS[ROWS.length - 1], pages: last })
}
// with so many pages the arrangement with most rows in which the last row of the room reads all, or else the first one
function arrange(pages) {
  const seen = Math.max(LEAST_PIXELS, window.innerHeight / LINES_SEEN)
  if (!largest(pages, ROWS[ROWS.length - 1], SIZES.slice(-1))) return null
  let readable = null
  for (const rows of ROWS) {
    const found = largest(pages, rows, SIZES), cascades = MAIN.querySelector('.cascade')
    if (found && found.pixels >= LEAST_PIXELS && (found.pixels >= seen || !readable)) {
      draw(found)
      if (allInSight()) {
        if (found.pixels >= seen) return found
        readable = found
      }
    }
    if (!cascades) break
  }
  return readable
}
// with so many rows the arrangement of the page that is shown in which the smallest letters are largest
function largest(pages, rows, sizes) {
  MAIN.style.zoom = 1
  const room = MAIN.clientWidth
  let best = null, most = 1
  for (let columns = 1; columns <= most; columns++) {
    for (const size of sizes) {
      const at = { columns, rows, pages, zoom: ZOOMS[ZOOMS.length - 1], wide: (room - GAP * (columns - 1)) / columns / size }
      if (columns > 1 && at.wide < state.narrowest) continue
      draw(at)
      const worlds = worldsShown(), figures = worlds && worlds.querySelector('svg text')
      if (worlds) most = Math.min(MOST_COLUMNS, worlds.children.length)
      for (const zoom of inSight() ? ZOOMS : []) {
        const pixels = Math.min(figures ? FIGURE_PIXELS * size : Infinity, WORD_PIXELS * zoom)
        if (best && pixels + zoom <= best.pixels + best.zoom) break
        if (figures && zoom > 1 && WORD_PIXELS * zoom > 1.6 * FIGURE_PIXELS * size) continue // words beside small figures
        MAIN.style.zoom = zoom
        if (inSight()) { best = { ...at, zoom, pixels }; break }
      }
      if (!figures) break
    }
  }
  return best
}
// an image is loaded once, however often what is around it is drawn
function image(src, props) {
  if (!IMAGES.has(src)) IMAGES.set(src, h('img', { src, onload: fit, ...props }))
  return IMAGES.get(src)
}
window.addEventListener('resize', fit)
function turnPage(page, held) {
  state.page = page; state.held = held; state.turned = performance.now()
  draw(state.at)
}
// the worlds of the page that is shown, and a button for each page where there are several
function paged(all, make) {
  const size = Math.ceil(all.length / state.at.pages), pages = []
  while (all.length > pages.length * size) pages.push(all.slice(pages.length * size, (pages.length + 1) * size))
  const page = state.page % Math.max(1, pages.length)
  return [h('div', { class: 'worlds' }, (pages[page] || []).map(make)), pages.length > 1 && h('p', { class: 'pages' }, pages.map((some, i) =>
    h('button', { type: 'button', 'aria-pressed': String(i === page), onclick: () => turnPage(i, true) }, [...new Set([some[0].letter, some[some.length - 1].letter])].join('–'))))]
}
function invite(V, small) {
  return h('aside', { class: small ? 'invite small' : 'invite' }, image('qr.svg', { alt: t('qr') }), h('div', {}, h('b', {}, URL_OF_ROOM.replace(/^http:\/\//, '').replace(/\/$/, '')), h('span', {}, t('code_is'), ' ', h('strong', { class: 'code' }, V.code))))
}
function lobby(V) {
  return [h('h1', {}, t('scan')), invite(V), h('p', { class: 'count' }, t(V.people.length === 0 ? 'nobody_in' : V.people.length > MOST_NAMES ? 'people_last' : 'people_in', { people: V.people.length })),
    h('ul', { class: 'nicks' }, V.people.slice(-MOST_NAMES).map(nick => h('li', {}, nick)))]
}
function clockBar(V, words) {
  return h('header', { class: 'wall-bar' }, h('h1', {}, words), h('strong', { id: 'clock', role: 'timer' }), invite(V, true))
}
function tick() {
  const clock = document.getElementById('clock'), V = state.view
  if (!clock || !V) return
  if (V.paused) { clock.textContent = t('is_paused'); return }
  if (V.state === 'locked') { clock.textContent = t('locked'); return }
  if (state.until === null) { clock.textContent = V.state === 'open' && V.kind === 'together' ? t('no_clock') : ''; return }
  const left = Math.max(0, Math.round((state.until - performance.now()) / 1000))
  clock.textContent = V.state === 'reveal' ? t('next_in', { seconds: left }) : `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`
  clock.classList.toggle('late', V.state === 'open' && left <= 10)
}
setInterval(tick, 500)

function together(V) {
  const words = V.state === 'over' ? t('game_over') : t('turn_at', { turn: Math.min(V.turn + 1, V.turns), turns: V.turns })
  const sent = V.state === 'open' && h('p', { class: 'count' }, t('have_sent', { sent: V.sent, people: V.seated }))
  const bare = V.worlds.length > MOST_WORLDS
  return [clockBar(V, words), sent, paged(V.worlds, w => h('section', {}, h('h2', {}, t('world', w), ' ', h('small', {}, stopped(w.stopped))), cascade(w, V.days, w.day, undefined, bare))), key()]
}
function lines(n, none, one, many) { return t(n === 0 ? none : n === 1 ? one : many, { lines: n }) }
function stopped(n) { return n === undefined ? '' : lines(n, 'now_none', 'now_one', 'now_many') }
function key() { return h('p', { class: 'key' }, h('span', {}, h('i', { class: 's2' }), t('under_half')), h('span', {}, h('i', { class: 's3' }), t('stopped'))) }

// a cascade: a row a line, in the order in which it was reached; where there is no room for all those that were short
// for longest; struck: the day of the news, in the debrief only; bare: without words
function cascade(world, days, day, struck, bare) {
  const all = world.rows || [], lost = r => r.spans.reduce((sum, span) => sum + span[1] - span[0] + 1, 0)
  const kept = new Set(bare ? all : [...all].sort((a, b) => lost(b) - lost(a)).slice(0, state.at.rows)), rows = all.filter(r => kept.has(r)), left_out = (world.short || all.length) - rows.length
  const names = rows.map(r => local(r.name || '')), wide = bare ? 460 : state.at.wide, left = bare ? 4 : Math.min(wide / 2, breadth(names)), step = 15, high = Math.max(40, 22 + step * rows.length)
  const x = d => left + d / days * (wide - left - 4)
  const months = Array.from({ length: Math.floor(days / 28) + 1 }, (_, n) => n * 28), every = wide < 360 ? 112 : 56
  return [s('svg', { class: 'cascade', viewBox: `0 0 ${wide} ${high}`, role: 'img', 'aria-label': rows.length === 0 ? t('none_short') : bare ? t('some_short', { lines: rows.length }) : names.join(', ') },
    months.map(m => [s('line', { class: 'grid', x1: x(m), x2: x(m), y1: 2, y2: high - 14 }), !bare && m % every === 0 && m < days - 10 && s('text', { class: 'month', x: x(m) + 2, y: high - 4 }, t('day', { day: m }))]),
    rows.map((r, i) => [!bare && s('text', { x: left - 6, y: 12 + i * step, 'text-anchor': 'end' }, names[i]), r.spans.map(span => s('rect', { class: 's' + span[2], x: x(span[0]), y: 3 + i * step, width: Math.max(1.5, x(span[1] + 1) - x(span[0])), height: step - 4 }))]),
    rows.length === 0 && !bare && s('text', { x: left + 6, y: 18, class: 'month' }, t('every_runs')),
    day !== undefined && day < days && s('line', { class: 'today', x1: x(day), x2: x(day), y1: 0, y2: high - 14 }),
    struck !== undefined && [s('line', { class: 'struck', x1: x(struck), x2: x(struck), y1: 0, y2: high - 14 })]), !bare && left_out > 0 && h('p', { class: 'more' }, t('more_lines', { lines: left_out }))]
}
// for the longest name, in letters of 12 px: those of East Asia are as wide as high
function breadth(names) { return Math.max(168, ...names.map(name => 14 + [...name].reduce((sum, letter) => sum + (letter > '\u2e7f' ? 12 : 6.7), 0))) }
function league(V) {
  const words = V.state === 'over' ? t('league_over') : t('league_at', { seat: local(V.seat[0]) })
  return [clockBar(V, words), h('p', { class: 'count' }, e(V.seat[1]), ' · ', t('of_league', { finished: V.finished, people: V.seated, turns: V.turns })),
    h('h2', {}, t('over_par'), ' ', h('small', {}, t('over_par_note'))), dots(V), key2(), cascades(V)]
}
// without names or letters, those that have come furthest first
function cascades(V) {
  return V.cascades.length > 0 && [h('h2', {}, t('spreads'), ' ', h('small', {}, t(V.seated > V.cascades.length ? 'spreads_first' : 'spreads_note', V))),
    h('div', { class: 'worlds small' }, V.cascades.map(c => h('section', {}, cascade({ rows: c.rows.map(spans => ({ spans })) }, V.days, c.day, undefined, true), h('p', {}, stopped(c.stopped))))), key()]
}
function key2() { return h('p', { class: 'key' }, h('span', {}, h('i', { class: 'own' }), t('own')), h('span', {}, h('i', { class: 'rest' }), t('rest'))) }
function dots(V) {
  const wide = 1000, high = 250, all = [0, ...V.dots.flat(2)], low = Math.min(-10, ...all), top = Math.max(10, ...all)
  const x = n => 50 + n / V.turns * (wide - 60), y = p => 12 + (top - p) / (top - low) * (high - 40)
  const path = points => points.map((p, i) => `${x(i + 1)},${y(p)}`).join(' ')
  return s('svg', { class: 'dots', viewBox: `0 0 ${wide} ${high}`, role: 'img', 'aria-label': t('over_par_label') },
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
  const wide = 560, above = 20 + 17 * marks.length, tall = above + 130, bins = 20, width = (high - low) / bins, counts = Array(bins).fill(0)
  given.forEach(v => { counts[Math.max(0, Math.min(bins - 1, Math.floor((v - low) / width)))] += 1 })
  const most = Math.max(1, ...counts), x = v => 30 + (v - low) / (high - low) * (wide - 60), floor = tall - 30
  return s('svg', { class: 'histogram', viewBox: `0 0 ${wide} ${tall}`, role: 'img', 'aria-label': [t('given', { answers: given.length }), ...marks.map(m => m[1])].join('; ') },
    room > 0 && marks.map(([value]) => s('rect', { class: 'room', x: Math.max(30, x(value - room)), width: Math.max(0, Math.min(wide - 30, x(value + room)) - Math.max(30, x(value - room))), y: above - 12, height: floor - above + 12 })),
    s('line', { class: 'zero', x1: 30, x2: wide - 30, y1: floor, y2: floor }),
    counts.map((c, i) => c > 0 && [s('rect', { class: 'bin', x: x(low + i * width) + 1, width: (wide - 60) / bins - 2, y: floor - 76 * c / most, height: 76 * c / most }), s('text', { x: x(low + (i + 0.5) * width), y: floor - 76 * c / most - 4, 'text-anchor': 'middle' }, String(c))]),
    s('text', { x: 30, y: tall - 8 }, number(Math.round(low * 10) / 10)), s('text', { x: wide - 30, y: tall - 8, 'text-anchor': 'end' }, measured(Math.round(high * 10) / 10, unit)),
    marks.map(([value, words], i) => [s('line', { class: 'answer', x1: x(value), x2: x(value), y1: 18 + 17 * i, y2: floor }), s('text', { class: 'answer', x: x(value) + (x(value) > wide - 200 ? -6 : 6), y: 14 + 17 * i, 'text-anchor': x(value) > wide - 200 ? 'end' : 'start' }, words)]))
}
function measured(value, unit) { return unit === 'day' ? t('day', { day: number(value) }) : `${number(value)} ${local(unit)}`.trim() }
function question(V) {
  if (V.state === 'over') return [clockBar(V, t('last_question'))]
  const shown = V.state === 'reveal', given = V.given || []
  const told = V.answers === 'choice' ? bars(V.options.map((o, i) => [e(o), given.filter(g => g === i).length]), V.answer) : histogram(given, [[V.answer, t('computed_at', { value: measured(V.answer, V.unit) })]], V.unit, null, V.tolerance)
  const open = V.answers === 'choice' ? h('ol', { class: 'options' }, V.options.map(o => h('li', {}, e(o)))) : h('p', { class: 'told' }, V.unit === 'day' ? t('a_day') : V.unit ? t('a_number_of', { unit: local(V.unit) }) : t('a_number'))
  return [h('header', { class: 'wall-bar' }, h('h1', { class: 'asked' }, e(V.asked)), !shown && invite(V, true)),
    h('p', { class: 'count' }, t('question_at', { place: V.place + 1, of: V.of }), ' · ', t('have_answered', { answered: V.answered, people: V.people.length })),
    shown ? h('div', { class: 'pair' }, h('section', {}, told, h('p', { class: 'told' }, e(V.words)), V.answers === 'number' && h('p', { class: 'count' }, t('right_within', { room: number(V.tolerance) }))), h('section', {}, V.figure ? image(V.figure, { class: 'figure', alt: local(V.words) }) : V.drawing && h('p', { class: 'wait' }, t('drawing')))) : open]
}

function debrief(V) {
  const D = V.debrief, make = { feeling, guess, truth, worlds, orders, paid, what_if: whatIf, history, ticket }[D.step]
  const waits = D.left > 0 && !['feeling', 'guess', 'history', 'ticket'].includes(D.step)
  return [make(V, D), waits && h('p', { class: 'wait' }, D.left === 1 ? t('one_playing') : t('playing_again', { worlds: D.left }))]
}
function title(w) { return h('h2', {}, t('world', w), ' ', h('small', {}, t(w.scare ? 'the_scare' : 'the_stop'))) }
function feeling(V, D) { return [h('h1', {}, t('feeling')), bars(Object.entries(D.feelings).map(([f, n]) => [t(f), n]))] }
function guess(V, D) {
  return [h('h1', {}, t('guess')), h('p', { class: 'count' }, t('guess_asked')), h('p', { class: 'count' }, t('guesses', { granted: D.guesses[0].length, first: D.guesses[1].length, people: V.people.length }))]
}
// what was guessed and what was computed: one mark for all worlds in which the same was
function truth(V, D) {
  const marks = (at, words) => {
    const letters = new Map()
    D.worlds.filter(w => !w.scare && w.truth[at] !== null).forEach(w => letters.set(w.truth[at], [...(letters.get(w.truth[at]) || []), w.letter]))
    return [...letters].sort((a, b) => a[0] - b[0]).map(([value, all]) => [value, `${all.slice(0, 4).join(' ')}${all.length > 4 ? ' …' : ''}: ${words(value)}`])
  }
  const asked = [['share_asked', '%', [0, 100], marks('granted', value => `${value} %`)], ['first_asked', 'days', [0, V.days], marks('first_stop', value => t('day', { day: value }))]]
  return [h('h1', {}, t('truth')), h('div', { class: 'pair' }, asked.map(([word, unit, ends, found], i) => h('section', {}, h('h2', {}, t(word), ' ', h('small', {}, t('guesses_note'))), histogram(D.guesses[i], found, unit, ends), D.guesses[i].length > 0 && h('p', { class: 'told' }, t('middle', { value: i === 0 ? number(middle(D.guesses[i])) + ' %' : t('day', { day: number(middle(D.guesses[i])) }) })))))]
}
function middle(values) { return Math.round((values[Math.floor((values.length - 1) / 2)] + values[Math.floor(values.length / 2)]) / 2) }
function worlds(V, D) {
  return [h('h1', {}, t('worlds')), paged(D.worlds, w => h('section', { class: w.scare ? 'scare' : '' }, h('h2', {}, t('world', w), ' ', h('small', {}, e(w.hidden))), cascade(w, V.days, undefined, w.struck), h('p', {}, told(w)))),
    h('p', { class: 'key' }, h('span', {}, h('i', { class: 'line' }), t('the_news')), ...key().children)]
}
function told(w) {
  const some = lines(w.hit, 'none_hit', 'one_hit', 'many_hit'), end = { hit: some, name: local(w.truth.first_name), day: w.truth.first_stop }
  return t('world_told', { granted: w.truth.granted === null ? t('no_licence') : t('licences', w.truth), hit: w.truth.first_stop !== null ? t('first_at_end', end) : w.hit === 0 ? some : t('none_at_end', end), lost: local(w.lost) })
}
function orders(V, D) {
  return [h('h1', {}, t('orders_title')), h('p', { class: 'count' }, t('orders_asked')), paged(D.worlds, w => h('section', { class: w.scare ? 'scare' : '' }, title(w), ordered(w, V.turns)))]
}
function ordered(w, turns) {
  const wide = state.at.wide, high = 190, right = wide - 106, top = Math.max(150, ...w.orders.flatMap(o => o.data)), x = n => 40 + n / turns * (right - 44), y = v => 8 + (top - v) / top * (high - 30)
  const ends = w.orders.map((o, i) => ({ i, y: y(o.data[o.data.length - 1] || 0), name: e(o.name) })).sort((a, b) => a.y - b.y)
  ends.forEach((end, i) => { if (i > 0) end.y = Math.max(end.y, ends[i - 1].y + 12) })
  return s('svg', { class: 'lines', viewBox: `0 0 ${wide} ${high}`, role: 'img', 'aria-label': w.orders.map(o => t('at_most', { name: local(o.name), most: Math.max(...o.data) })).join('; ') },
    [0, 100, top].map(v => [s('line', { class: v === 100 ? 'zero' : 'grid', x1: 40, x2: right, y1: y(v), y2: y(v) }), s('text', { class: 'month', x: 36, y: y(v) + 4, 'text-anchor': 'end' }, v === 100 || v === 0 || top > 130 ? `${v} %` : '')]),
    Array.from({ length: turns }, (_, n) => (n === 0 || (n + 1) % 4 === 0) && s('text', { class: 'month', x: x(n + 1), y: high - 5, 'text-anchor': 'middle' }, n === 0 ? t('turn_mark', { turn: 1 }) : String(n + 1))),
    w.orders.map((o, i) => s('polyline', { points: o.data.map((v, n) => `${x(n + 1)},${y(v)}`).join(' '), class: 'c' + i % 6 })),
    ends.map(end => s('text', { x: right + 4, y: end.y + 4, class: 'c' + end.i % 6 }, end.name)))
}
function inSentence(seat) { return LANG === 'en' ? seat.title.toLowerCase() : local(seat.title) }
// a row a seat, a dot a world; hollow: only the scare
function paid(V, D) {
  const seats = new Map()
  D.worlds.forEach(w => Object.entries(w.seats).forEach(([key, seat]) => seats.set(key, [...(seats.get(key) || []), { ...seat, letter: w.letter, scare: w.scare, struck: w.struck }])))
  const rows = [...seats.values()], all = rows.flat(), ends = Math.max(10, ...all.flatMap(o => [Math.abs(o.own_points), Math.abs(o.world_points)]))
  const wide = 1000, left = 250, step = 46, high = 30 + step * rows.length, x = p => left + (1 + p / ends) / 2 * (wide - left - 30)
  const times = o => o.stock ? o.stock.days / o.stock.normal : 0 // each seat once, in the world in which it held most
  const held = rows.map(seats => seats.reduce((a, b) => times(b) > times(a) ? b : a)).filter(o => times(o) > 1).sort((a, b) => times(b) - times(a)).slice(0, 5)
  const most = o => t(o.stock.day < o.struck ? 'held_before' : 'held_after', { ...o.stock, letter: o.letter, seat: inSentence(o), good: local(o.stock.good) })
  return [h('h1', {}, t('paid')), h('p', { class: 'count' }, t('paid_note')), seatDots(rows, { wide, left, step, high, x, ends }), key2(), h('p', { class: 'key' }, t('hollow')),
    held.length > 0 && [h('h2', {}, t('held')), h('ul', {}, held.map(o => h('li', {}, most(o))))]]
}
function seatDots(rows, { wide, left, step, high, x, ends }) {
  const dot = (seat, kind, y) => s('circle', { class: kind + (seat.scare ? ' hollow' : ''), cx: x(seat[kind === 'own' ? 'own_points' : 'world_points']), cy: y, r: 6 }, s('title', {}, t('world', seat)))
  return s('svg', { class: 'dots seats', viewBox: `0 0 ${wide} ${high}`, role: 'img', 'aria-label': rows.map(seats => `${local(seats[0].title)}: ${seats.map(o => t('two_points', { letter: o.letter, own: o.own_points, rest: o.world_points })).join(', ')}`).join('; ') },
    [-ends, 0, ends].map(p => [s('line', { class: p === 0 ? 'zero' : 'grid', x1: x(p), x2: x(p), y1: 0, y2: high - 24 }), s('text', { class: 'month', x: x(p), y: high - 6, 'text-anchor': 'middle' }, number(Math.round(p)))]),
    rows.map((seats, i) => [s('text', { x: left - 16, y: 26 + i * step, 'text-anchor': 'end' }, local(seats[0].title)), seats.map(seat => [dot(seat, 'rest', 28 + i * step), dot(seat, 'own', 14 + i * step)])]))
}
function ending(n, first) {
  const some = lines(n, 'ends_none', 'ends_one', 'ends_many')
  return first === null ? some : t('ends_at', { lines: some, day: first })
}
function whatIf(V, D) {
  const most = Math.max(1, ...D.worlds.flatMap(w => [w.hit, w.more_stock.hit, ...Object.values(w.seats).map(seat => seat.without)]))
  const row = (words, said, kind) => h('tr', { class: kind }, h('th', { scope: 'row' }, words), h('td', { class: 'text' }, said))
  const ended = (w, words, n, first) => row(words, [h('i', { class: 'fell', 'data-share': String(n / most) }), ending(n, first)], n < w.hit && n === fewest(w) && 'best')
  const fewest = w => Math.min(w.more_stock.hit, w.no_hoarding ? w.no_hoarding.hit : Infinity, ...Object.values(w.seats).map(seat => seat.without))
  const other = w => Object.values(w.seats).filter(seat => seat.without !== w.hit || seat.without_first !== w.truth.first_stop)
  return [h('h1', {}, t('if_title')), h('p', { class: 'count' }, t('if_asked')), paged(D.worlds, w => h('section', { class: w.scare ? 'scare' : '' }, title(w), h('table', {}, h('tbody', {}, ended(w, t('if_played'), w.hit, w.truth.first_stop),
    other(w).length === 0 && row(t('if_same'), t('if_same_said')), other(w).map(seat => ended(w, t('if_without', { seat: inSentence(seat) }), seat.without, seat.without_first)),
    w.no_hoarding === null ? row(t('if_calm'), t('if_calm_already')) : w.no_hoarding && ended(w, t('if_calm'), w.no_hoarding.hit, w.no_hoarding.first_stop),
    ended(w, t('if_stock', w.more_stock), w.more_stock.hit, w.more_stock.first_stop)))))]
}
function history(V, D) { return [h('h1', {}, t('history')), D.history.map(([words, source]) => h('blockquote', {}, e(words), h('cite', {}, e(source))))] }
function ticket() { return [h('h1', {}, t('ticket_title')), h('p', { class: 'told' }, t('ticket_asked'))] }

setInterval(() => { if (state.at && state.at.pages > 1 && !state.held && performance.now() - state.turned > 1000 * PAGE_SECONDS) turnPage(state.page + 1, false) }, 1000)
new MutationObserver(widths).observe(MAIN, { childList: true })
enter().then(in_ => { if (in_) watch('wall', take); else refuse(t('not_wall')) })
