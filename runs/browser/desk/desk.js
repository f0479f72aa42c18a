'use strict'
// The desk: draws what /screen and /events say and posts what a person decides. Nothing is asked of another server.
import { ask, curve, customs, figures, head, hush, key, lever, listen, listening, near, news, onSight, orders, pressing, refreshLevers, scores, suppliers } from './parts.js'
import { LANG, MAIN, e, h, local, number, s, say, t } from './words.js'

const state = { id: '', shown: '', screen: null, world: null, busy: false, row: -1 }
orders.remember = remember

function game() { return new URLSearchParams(location.search).get('game') || '' }
function address(name) {
  const query = new URLSearchParams(location.search)
  if (name) query.set('game', name); else query.delete('game')
  const text = query.toString()
  return location.pathname + (text ? '?' + text : '')
}

// --- talking to the server ---------------------------------------------------------------------------------------
function of(name) { return 'game=' + encodeURIComponent(name) }
async function load() { take(await ask('screen?' + of(game())), true) }
function follow() {
  const name = state.screen && state.screen.game
  listen(name && 'events?' + of(name) + '&seen=' + encodeURIComponent(state.id), screen => { if (!state.busy) take(screen, false) }, follow, () => state.busy)
}
onSight(follow, load)
window.addEventListener('popstate', load)

function take(reply, own) {
  if (!reply.screen) { say(e(reply.message)); return }
  if (!own && reply.id === state.id) return
  const before = state.screen, was = state.shown, turn = before ? before.turn : -1
  const same = before && before.game === reply.screen.game && was === reply.shown && turn === reply.screen.turn
  state.id = reply.id; state.shown = reply.shown; state.screen = reply.screen
  if (reply.world) state.world = reply.world
  const name = reply.screen.game || ''
  if (name !== game() && (name || was)) history.replaceState(null, '', address(name))
  if (reply.screen.message) say(e(reply.screen.message))
  else if (own) say('')
  else if (!same && before && before.game === name) say(t('elsewhere', { turn: reply.screen.turn + 1 }))
  if (!same || reply.shown !== 'turn') { if (own) recall(); draw(!same && before) } else refreshLevers()
  if (name !== (before && before.game) || !listening()) follow()
}
// what is set and not yet played outlives a reload
function shelf() { return 'linestop:' + state.screen.game }
function remember() { try { sessionStorage.setItem(shelf(), JSON.stringify([state.screen.turn, orders.wishes])) } catch (error) { /* full or forbidden */ } }
function recall() {
  orders.wishes = {}
  try {
    const kept = JSON.parse(sessionStorage.getItem(shelf()) || 'null')
    if (kept && kept[0] === state.screen.turn) orders.wishes = kept[1]
  } catch (error) { /* nothing kept */ }
}
async function begin(seat, seed) {
  if (state.busy) return
  state.busy = true
  say(t('loading'))
  take(await ask('begin', { seat, seed, key: key() }), true)
  state.busy = false
}
async function play(button) {
  if (state.busy) return
  state.busy = true
  const T = state.screen
  button.setAttribute('aria-disabled', 'true')
  button.textContent = t('playing', { days: T.days })
  const reply = await ask('turn?' + of(T.game), { wishes: orders.wishes, turn: T.turn, key: key() })
  state.busy = false
  if (reply.screen && reply.screen.turn > T.turn) {
    if (!reply.screen.message) { orders.wishes = {}; remember() }
    else { state.kept = orders.wishes }
  }
  take(reply, true)
  if (state.kept) { orders.wishes = state.kept; state.kept = null; refreshLevers() }
  const now = document.querySelector('.go button')
  if (now) { now.removeAttribute('aria-disabled'); now.textContent = t('play', { days: T.days }) }
}
function leave() {
  hush(); state.screen = null; state.shown = ''
  history.pushState(null, '', address(''))
  load()
}

// --- screens -----------------------------------------------------------------------------------------------------
function draw(moved) {
  const T = state.screen
  const make = { start: startScreen, turn: turnScreen, verdict: verdictScreen }[state.shown]
  MAIN.className = 'ls ls-' + state.shown
  MAIN.replaceChildren(...make(T).filter(Boolean))
  document.title = state.shown === 'turn' ? `${local(T.seat[1])} – ${t('turn_of', { turn: T.turn + 1, turns: T.turns })}` : t('title')
  document.querySelectorAll('nav a').forEach(a => {
    a.href = '?' + (T.game ? of(T.game) + '&' : '') + 'lang=' + a.dataset.lang
  })
  if (moved) { window.scrollTo(0, 0); const head = MAIN.querySelector('h1'); if (head) head.focus({ preventScroll: true }) }
}

function startScreen(T) {
  const seed = h('input', { id: 'seed', type: 'text', inputmode: 'numeric', placeholder: t('by_chance'), maxlength: '12', autocomplete: 'off' })
  const other = h('select', { id: 'other' }, T.others.map(([code, name]) => h('option', { value: code }, local(name) + (name === code ? '' : ` (${code})`))))
  return [
    h('header', {}, head(1, t('take_a_seat')), h('p', {}, T.story ? t('rules_written', { ...T, story: local(T.story) }) : t('rules', T))),
    h('div', { class: 'seats' }, T.seats.map(seat => h('button', { class: 'seat', type: 'button', onclick: () => begin(seat[0], seed.value) },
      h('b', {}, e(seat[1])), h('span', {}, e(seat[2])), h('em', {}, e(seat[3]))))),
    T.others.length > 0 && h('p', { class: 'seed' }, h('label', { for: 'other' }, t('other_seat')), ' ', other, ' ',
      h('button', { type: 'button', onclick: () => begin(other.value, seed.value) }, t('sit_down'))),
    h('p', { class: 'seed' }, h('label', { for: 'seed' }, t('game_number')), ' ', seed, ' ', h('small', {}, t('same_world'))),
    T.saved.length > 0 && h('section', {}, head(2, t('saved_games')), h('ul', {}, T.saved.map(g => h('li', {},
      h('a', { href: address(g[0]) }, e(g[1])), ' ', h('small', {}, g[0].slice(0, 10)))))),
    h('p', { class: 'where' }, t('kept_in', T)),
  ]
}

function turnScreen(T) {
  const first = T.turn === 0
  return [
    h('header', { class: 'top' },
      h('div', {}, h('h1', { tabindex: '-1' }, e(T.seat[1]), ' ', h('span', { class: 'seated' }, e(T.seat[2]))), h('p', {}, h('b', {}, t('goal') + ': '), e(T.seat[3]))),
      h('div', { class: 'clock' }, h('strong', {}, e(T.date)), h('span', {}, t('turn_of', { turn: T.turn + 1, turns: T.turns })),
        h('progress', { max: String(T.turns), value: String(T.turn), 'aria-label': t('turn_of', { turn: T.turn + 1, turns: T.turns }) }))),
    first ? h('p', { class: 'first' }, t('first_turn', T)) : h('section', { class: 'moved', 'aria-label': t('what_changed', T) },
      head(2, t('what_changed', T)),
      T.moved.filter(m => m.from !== m.to).map(m => h('div', {}, h('span', {}, e(m.name)), h('b', {}, number(m.from), h('i', { 'aria-hidden': 'true' }, ' → '), h('span', { class: 'sr' }, ' – '), number(m.to), h('em', {}, e(m.unit))))),
      h('p', {}, e(T.why))),
    h('div', { class: 'columns' },
      h('section', { class: 'books', 'aria-label': t('books') }, head(2, t('books'), t('books_note')), T.curves.map(c => curve(T, c)), figures(T)),
      h('section', { class: 'levers', 'aria-label': t('orders') }, head(2, t('orders'), t('orders_note')), T.levers.map(lever)),
      h('section', { class: 'world', 'aria-label': t('news') }, T.near && near(T.near), news(T), scores(T), suppliers(T), customs(T))),
    h('footer', { class: 'go' }, h('p', {}, e(T.forecast)), h('button', { class: 'main', type: 'button', onclick: event => play(event.currentTarget) }, t('play', T))),
    h('p', { class: 'where' }, t('saved_in', T), ' · ', h('button', { class: 'link', type: 'button', onclick: leave }, t('other_games'))),
  ]
}

// whom a seat knows, from those before it down to those behind it, drawn as wide as its column, so that 12 is 12 pixels

// what a seat is called within a sentence
function within(title) { return local(title.startsWith('The ') && LANG === 'en' ? title[0].toLowerCase() + title.slice(1) : title) }

// --- the verdict ---------------------------------------------------------------------------------------------------
function verdictScreen(T) {
  const V = T.verdict
  const again = [
    h('button', { class: 'main', type: 'button', onclick: () => begin(T.seat[0], '') }, t('another')),
    h('button', { type: 'button', onclick: () => begin(T.seat[0], T.seed) }, t('better')),
    V && h('button', { type: 'button', onclick: () => begin(V.other, T.seed) }, t('other_side', { seat: within(V.otherTitle) }), h('small', {}, e(V.otherGoal))),
    h('button', { type: 'button', onclick: leave }, t('all_seats')),
  ]
  return [
    h('header', {}, h('p', {}, t('over', { seat: within(T.seat[1]), seed: T.seed })), h('h1', { tabindex: '-1' }, V ? e(V.words) : t('how'))),
    !V && h('p', { class: 'wait' }, t(T.computing ? 'computing' : 'no_verdict')),
    V && h('div', { class: 'both' }, [['own_result', 0], ['world_result', 1]].map(([word, i]) => h('div', {}, h('span', {}, t(word)), h('b', {}, t('points', { points: number(V.points[i]) }))))),
    V && h('ul', { class: 'lessons' }, [V.hidden, ...V.lessons].filter(Boolean).map(words => h('li', {}, e(words)))),
    scores(T),
    V && h('div', { class: 'ls-scroll', tabindex: '0', role: 'region', 'aria-label': t('how') }, verdictTable(V)),
    h('div', { class: 'again' }, again),
    h('p', { class: 'where' }, t('replay', T)),
    state.world && h('div', { class: 'left' }, cascade(state.world.charts), h('div', { class: 'boarded' }, board(state.world), h('div', { id: 'card', 'aria-live': 'polite' }))),
  ]
}
function verdictTable(V) {
  const ends = Math.max(1, ...V.runs.flatMap(r => [Math.abs(r.own_points), Math.abs(r.world_points)]))
  const bar = v => s('svg', { class: 'bar', viewBox: '-50 0 100 12', 'aria-hidden': 'true' }, s('rect', { x: Math.min(0, 50 * v / ends), y: 1, width: Math.max(0.5, Math.abs(50 * v / ends)), height: 10 }), s('line', { x1: 0, x2: 0, y1: 0, y2: 12 }))
  const own = V.runs[0].own !== null, cars = V.runs[0].vehicles !== null
  return h('table', {}, h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, t('run')), h('th', { scope: 'col' }, t('own_points')), h('th', { scope: 'col' }, t('world_points')),
    h('th', { scope: 'col' }, t('measure', { measure: local(V.measure) })), own && h('th', { scope: 'col' }, t('own_lost')), h('th', { scope: 'col' }, t('lines_hit')), cars && h('th', { scope: 'col' }, t('vehicles')), h('th', { scope: 'col' }, t('cost')))),
  h('tbody', {}, V.runs.map((r, i) => h('tr', { class: i === 0 ? 'me' : '' }, h('th', { scope: 'row' }, e(r.words)),
    h('td', { class: 'number' }, bar(r.own_points), number(r.own_points)), h('td', {}, bar(r.world_points), number(r.world_points)), h('td', {}, e(r.result)),
    own && h('td', {}, number(r.own)), h('td', {}, number(r.hit)), cars && h('td', {}, number(r.vehicles)), h('td', {}, e(r.lost))))))
}
function cascade(C) {
  const wide = Math.max(280, MAIN.clientWidth), narrow = wide < 700, large = window.innerWidth >= 1500
  const left = narrow ? 4 : large ? 230 : 190, step = narrow ? 32 : large ? 24 : 19, high = 34 + step * Math.max(1, C.rows.length)
  const x = day => left + (day - C.first) / Math.max(1, C.days - C.first) * (wide - left - 6)
  const row = (r, i) => {
    const y = 8 + i * step, days = r.spans.reduce((sum, span) => sum + (span[2] >= 2 ? span[1] - span[0] + 1 : 0), 0)
    const bar = narrow ? [y + 17, 12] : [y + 2, step - 4]
    return s('g', { class: 'row', role: 'button', tabindex: '0', 'aria-label': t('row_label', { name: r.name, days }), ...pressing(() => openCard(r.row)) },
      s('rect', { class: 'hit', x: 0, y, width: wide, height: step }),
      s('text', narrow ? { x: left, y: y + 13 } : { x: left - 8, y: y + step - 5, 'text-anchor': 'end' }, r.name),
      r.spans.map(span => s('rect', { class: 's' + span[2], x: x(span[0]), y: bar[0], width: Math.max(1, x(span[1] + 1) - x(span[0])), height: bar[1] })))
  }
  return h('section', { class: 'cascade' }, head(2, t('cascade'), t('cascade_note')), C.rows.length === 0 ? h('p', {}, t('nothing_short')) :
    s('svg', { viewBox: `0 0 ${wide} ${high}`, role: 'group', 'aria-label': t('cascade') },
      C.dates.map((m, i) => [s('line', { class: 'grid', x1: x(m[0]), x2: x(m[0]), y1: 4, y2: high - 18 }), (!narrow || i % 3 === 0) && x(m[0]) < wide - 60 && s('text', { class: 'month', x: x(m[0]) + 3, y: high - 5 }, local(m[1]))]),
      C.marks.map(m => s('g', { class: 'mark' }, s('title', {}, local(m[1])), s('line', { x1: x(m[0]), x2: x(m[0]), y1: 2, y2: high - 18 }), s('path', { d: `M${x(m[0]) - 4},0 h8 l-4,6 z` }))),
      C.rows.map(row), (C.decisions || []).map(d => s('g', { class: 'decision' }, s('title', {}, local(d[1])), s('circle', { cx: x(d[0]), cy: high - 22, r: 4 })))),
  h('p', { class: 'key' }, [['s1', 'below_normal'], ['s2', 'under_half'], ['s3', 'stopped'], ['tri', 'announced'], ['dot', 'your_turn']].map(([k, word]) => h('span', {}, h('i', { class: k }), t(word)))))
}
function board(B) {
  const P = B.plan, N = B.now, narrow = MAIN.clientWidth < 700
  const tell = row => {
    const l = P.lines[row], days = N.cover[row]
    const words = l.kind === 'stock' ? [t('state_stock')] : [t(['runs', 'slower', 'under_half', 'stopped'][N.state[row]]), t('output_now', { output: N.output[row] })]
    return [l.name, ...words, ...(days === null ? [] : [t('stock_days', { days })])].join(', ')
  }
  const bead = row => {
    const l = P.lines[row], full = Math.round(100 * N.fill[row]), r = Math.max(6, l.r), stopped = N.state[row] === 3
    return s('svg', { class: 'bead s' + N.state[row] + ' ' + l.kind, width: 2 * r + 2, height: 2 * r + 2, viewBox: `${-r - 1} ${-r - 1} ${2 * r + 2} ${2 * r + 2}`, 'aria-hidden': 'true' },
      s('circle', { class: 'shell', r }), !stopped && s('path', { class: 'level', d: level(r, full / 100) }), s('circle', { class: 'ring', r }))
  }
  const cell = (c, b) => P.companies.filter(k => k[1] === c && k[2] === b).map(k => h('button', { type: 'button', class: 'company' + (k[3].some(row => N.state[row] === 3) ? ' stopped' : ''), title: tell(k[3][0]), 'aria-label': k[3].map(tell).join('; '), onclick: () => openCard(k[3][0]) }, k[3].map(bead), h('span', {}, k[0])))
  const table = h('table', {}, h('thead', {}, h('tr', {}, h('td', {}), P.columns.map(c => h('th', { scope: 'col' }, e(c))))),
    h('tbody', {}, P.bands.map((name, b) => h('tr', {}, h('th', { scope: 'row' }, e(name)), P.columns.map((_, c) => h('td', {}, cell(c, b)))))))
  const list = P.columns.map((name, c) => [head(3, e(name)), P.bands.map((_, b) => cell(c, b))])
  return h('section', { class: 'board' }, head(2, t('board'), t('board_note')), narrow ? h('div', { class: 'tiers' }, list) : h('div', { class: 'ls-scroll', tabindex: '0', role: 'region', 'aria-label': t('board') }, table))
}
function level(r, share) {
  if (share <= 0.01) return ''
  if (share >= 0.99) return `M${-r},0A${r},${r} 0 1 0 ${r},0A${r},${r} 0 1 0 ${-r},0Z`
  const y = r - 2 * r * share, w = Math.sqrt(r * r - y * y)
  return `M${-w},${y}A${r},${r} 0 ${share > 0.5 ? 1 : 0} 0 ${w},${y}Z`
}
async function openCard(row) {
  const K = await ask('card?' + of(state.screen.game) + '&row=' + row), place = document.getElementById('card')
  if (!K || !place) return
  const close = h('button', { type: 'button', class: 'close', onclick: () => place.replaceChildren() }, t('close'))
  place.replaceChildren(h('aside', { class: 'card', tabindex: '-1' }, close, head(3, e(K.name)), h('p', {}, e(`${K.country} · ${K.makes} · ${K.words}, ${K.output} %`)),
    K.why && h('section', {}, head(4, t('why')), h('ol', {}, K.path.map(step => h('li', {}, h('button', { type: 'button', class: 'link', onclick: () => openCard(step.row) }, e(step.label)), ' ',
      step.kind === 'root' ? e(step.text) : [t('day', step), ' ', step.good && t('lacks', step), step.supplier === null && e(': ' + step.text)]))), h('p', {}, e(K.why))),
    K.inputs.length > 0 && h('section', {}, head(4, t('inputs')), h('dl', {}, K.inputs.map(n => [h('dt', {}, e(n.good)), h('dd', {}, n.days === null ? '–' : t('of_days', n))]))),
    h('section', {}, head(4, t('in_charge')), h('ul', {}, K.mind.map(m => h('li', {}, e(m)))))))
  place.firstChild.focus()
}
let width = window.innerWidth, later = 0
window.addEventListener('resize', () => {
  clearTimeout(later)
  later = setTimeout(() => { if (Math.abs(window.innerWidth - width) > 8 && state.screen) { width = window.innerWidth; draw(false) } }, 120)
})
load()
