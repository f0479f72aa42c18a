'use strict'
// What every desk is drawn with, alone or in a class: asking the server, and the parts of a seat.
import { amount, e, fill, h, LANG, local, MAIN, number, s, say, t } from './words.js'

// what is set and not yet handed in; `remember` is called when it changes
export const orders = { wishes: {}, remember() {} }
export function key() { return Array.from(crypto.getRandomValues(new Uint8Array(12)), b => b.toString(16).padStart(2, '0')).join('') }
export function wait(ms) { return new Promise(done => setTimeout(done, ms)) }
export async function ask(path, body) {
  const options = body ? { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) } : {}
  for (let tries = 0; ; tries++) {
    try {
      const reply = await fetch(path, options)
      if (reply.status < 500) return await reply.json()
    } catch (error) { /* no answer: the same key makes it safe to ask again */ }
    say(t('retrying'))
    await wait(Math.min(8000, 300 * 2 ** tries))
  }
}
// server-sent events, one stream a page; a page that nobody looks at holds none, for a browser has few connections to a
// server, and catches up in one request. anew: called when the stream has ended for good, and when the page is seen again
let source = null, lost = false
export function listening() { return source !== null }
export function hush() { if (source) source.close(); source = null }
export function listen(address, take, anew, busy) {
  hush()
  if (!address || document.hidden) return
  const mine = source = new EventSource(address)
  mine.onmessage = event => take(JSON.parse(event.data))
  mine.onopen = () => { if (lost) say(t('back')); lost = false }
  mine.onerror = () => {
    if (!lost && !busy()) { lost = true; setTimeout(() => { if (lost) say(t('offline')) }, 1500) }
    if (mine.readyState === 2) setTimeout(() => { if (source === mine) { hush(); anew() } }, 2000)
  }
}
export function onSight(anew, load) {
  document.addEventListener('visibilitychange', () => { if (document.hidden) hush(); else anew() })
  window.addEventListener('pageshow', event => { if (event.persisted) load() })
}
export function head(level, text, note) { return h('h' + level, level === 1 ? { tabindex: '-1' } : {}, text, note && [' ', h('small', {}, note)]) }
export function curve(T, c) {
  const low = c.unit === 'days left' && c.normal !== null && c.value < 0.5 * c.normal, end = T.turns * T.days
  const top = Math.max(1e-9, 1.15 * Math.max(c.value, c.normal || 0, ...c.data))
  const x = day => (300 * day / end).toFixed(1), y = v => (55 - 52 * Math.max(0, v) / top).toFixed(1)
  const past = c.data.map((v, i) => `${x(i + 1)},${y(v)}`).join(' '), day = c.data.length
  const last = c.slope < 0 && c.value > 0 ? Math.min(end, day - c.value / c.slope) : 0
  const label = t(c.normal === null ? 'chart_label_plain' : 'chart_label', { name: local(c.name), value: number(c.value), unit: local(c.unit), normal: number(c.normal) })
  return h('div', { class: 'curve' + (low ? ' low' : '') },
    h('span', {}, e(c.name)), h('b', {}, number(c.value), h('em', {}, e(c.unit))),
    s('svg', { viewBox: '0 0 300 56', preserveAspectRatio: 'none', role: 'img', 'aria-label': label },
      Array.from({ length: T.turns - 1 }, (_, n) => s('line', { class: 'turn', x1: x((n + 1) * T.days), x2: x((n + 1) * T.days), y1: '0', y2: '56' })),
      past && s('polygon', { class: 'area', points: `${x(1)},55 ${past} ${x(day)},55` }),
      c.normal !== null && s('line', { class: 'normal', x1: '0', x2: '300', y1: y(c.normal), y2: y(c.normal) }),
      past && s('polyline', { class: 'past', points: past }),
      last > 0 && s('polyline', { class: 'ahead', points: `${x(day)},${y(c.value)} ${x(last)},${y(c.value + c.slope * (last - day))}` }),
      s('line', { class: 'base', x1: '0', x2: '300', y1: '55.5', y2: '55.5' })),
    c.note && h('small', {}, e(c.note)))
}
export function figures(T) {
  return T.figures.length > 0 && h('dl', { 'aria-label': t('other_figures') }, T.figures.map(f => [h('dt', {}, e(f[0])), h('dd', {}, number(f[1]), ' ', h('em', {}, e(f[2])))]))
}
function wish(l) { return Object.prototype.hasOwnProperty.call(orders.wishes, l.key) ? orders.wishes[l.key] : undefined }
function isMine(l) { return wish(l) === undefined ? l.yours : wish(l) !== null }
function valueOf(l) { const w = wish(l); return w === undefined || w === null ? l.value : w }
function choose(l, mine) {
  if (mine && !l.yours) orders.wishes[l.key] = l.value
  else if (!mine && l.yours) orders.wishes[l.key] = null
  else delete orders.wishes[l.key]
  orders.remember()
}
function set(l, value) {
  if (l.yours && value === l.value) delete orders.wishes[l.key]; else orders.wishes[l.key] = value
  orders.remember()
}
function worded(l, value) {
  if (l.kind === 'number') return number(value) + ' ' + local(l.unit)
  const found = l.choices.find(c => c[0] === value)
  return found ? local(found[1]) : String(value)
}
function standing(l) {
  if (l.yours) return l.ordered && l.ordered.length ? t('mine_ordered', { whom: l.ordered.join(', ') }) : t('mine_standing')
  return l.was === l.value ? t('habit_now') : t('habit_moved', { was: worded(l, l.was), value: worded(l, l.value) })
}
export function lever(l) {
  const id = 'd-' + l.key, row = h('div', { class: 'lever', role: 'group', 'aria-label': local(l.label) })
  const input = l.kind === 'number'
    ? h('input', { id, type: 'range', min: String(l.least), max: String(l.most), step: String(l.step), 'aria-describedby': id + '-note', oninput: event => { set(l, +event.target.value); refresh() } })
    : h('select', { id, 'aria-describedby': id + '-note', onchange: event => { set(l, event.target.value); refresh() } }, l.choices.map(c => h('option', { value: c[0] }, local(c[1]))))
  const out = h('output', { for: id }), note = h('small', { id: id + '-note' })
  const radio = (word, mine) => h('label', {}, h('input', { type: 'radio', name: 'who-' + l.key, value: word, onchange: () => { choose(l, mine); refresh() } }), h('span', {}, t(word)))
  const habit = radio('habit', false), own = radio('mine', true)
  function refresh() {
    const mine = isMine(l), w = wish(l), value = valueOf(l)
    habit.firstChild.checked = !mine; own.firstChild.checked = mine
    input.disabled = !mine
    input.value = String(value)
    if (l.kind === 'number') input.setAttribute('aria-valuetext', worded(l, value))
    out.replaceChildren(l.kind === 'number' ? worded(l, value) : '')
    row.classList.toggle('pulled', w !== undefined); row.classList.toggle('off', !mine)
    const said = w === null ? t('given_back') : w === undefined ? standing(l) : l.yours ? t('changed_now', { value: worded(l, l.value) }) : t('mine_new')
    note.replaceChildren(e(l.hint), ' · ', h('span', { class: 'who-says' }, said))
  }
  row.refresh = refresh
  fill(row, {}, [h('label', { class: 'name', for: id }, e(l.label)), out,
    input, h('span', { class: 'who', role: 'radiogroup', 'aria-label': t('who_decides', { lever: local(l.label) }) }, habit, own), note])
  refresh()
  return row
}
export function refreshLevers() { document.querySelectorAll('.lever').forEach(row => row.refresh()) }
export function news(T) {
  return [head(2, t('news')), h('ul', { class: 'news' }, T.news.length === 0 ? h('li', {}, t('no_news')) : T.news.map((n, i) =>
    h('li', { class: i < T.fresh ? 'fresh' : 'old' }, h('b', {}, e(n[0])), i < T.fresh && h('i', {}, t('new')), n[1].map(words => h('span', {}, LANG === 'en' ? words + '.' : e(words))))))]
}
export function suppliers(T) {
  return T.promises.length > 0 && [head(2, t('your_suppliers')), h('table', {},
    h('thead', {}, h('tr', {}, ['supplier', 'agreed', 'travels', 'of_late'].map(k => h('th', { scope: 'col' }, t(k))))),
    h('tbody', {}, T.promises.map(p => h('tr', {}, h('th', { scope: 'row' }, e(p.name), h('small', {}, e(p.good))), h('td', {}, p.share + ' %'), h('td', {}, t('days_short', { days: p.lead })), h('td', {}, e(p.state))))))]
}
export function customs(T) {
  return T.customs.length > 0 && [head(2, t('customs', { route: local(T.route) }), t('customs_note', { month: local(T.month) })), T.customs.map(c => h('div', { class: 'customs' },
    h('span', {}, e(c.good)), h('meter', { min: '0', max: '150', value: String(Math.min(150, c.share)), 'aria-label': local(c.good) }), h('b', {}, c.share + ' %')))]
}
export function scores(T) {
  const all = Array.isArray(T.score) ? T.score : T.score ? [T.score] : []
  const shown = all.filter(c => c.mine && c.mine.length)
  return shown.length > 0 && h('section', { class: 'scores', 'aria-label': t('score') }, head(2, t('score'), t('score_note')), h('div', {}, shown.map(c => scoreChart(T, c))))
}
function scoreChart(T, c) {
  const end = T.turns * T.days, all = [0, ...c.mine, ...c.par], low = Math.min(...all), high = Math.max(...all, low + 1e-9)
  const x = day => (300 * day / end).toFixed(1), y = v => (67 - 64 * (v - low) / (high - low)).toFixed(1)
  const line = data => data.map((v, i) => `${x(i + 1)},${y(v)}`).join(' '), now = c.mine[c.mine.length - 1]
  return h('div', { class: 'curve' }, h('span', {}, e(c.name)),
    h('b', {}, c.points === undefined ? amount(now) : t('points', { points: number(c.points) }), h('em', {}, amount(now) + ' ' + local(c.unit))),
    s('svg', { viewBox: '0 0 300 70', preserveAspectRatio: 'none', role: 'img', 'aria-label': `${local(c.name)}: ${amount(now)} ${local(c.unit)}` },
      s('line', { class: 'base', x1: '0', x2: '300', y1: y(0), y2: y(0) }),
      s('polyline', { class: 'par', points: line(c.par) }), s('polyline', { class: 'past', points: line(c.mine) })))
}
export function near(N) {
  const room = MAIN.clientWidth, width = Math.max(240, Math.min(420, room >= 924 ? (room - 28) / 3 - 34 : room - 34)), parts = [], step = 31
  const text = (x, y, words, name, more) => s('text', { x, y, class: name, ...more }, words)
  const note = p => [p.note, p.days === null ? '' : t('days_short', p)].filter(Boolean).join(' · ')
  const held = k => typeof k[1] === 'number' ? t('days_short', { days: k[1] }) : k[1]
  const tall = 26 + 15 * N.stocks.length, high = N.before.some(p => note(p)) || N.behind.some(p => note(p)) ? step : 20
  const top = N.before.length ? 34 + high * N.before.length : 4
  const side = (title, list, first, joint) => {
    if (!list.length) return
    parts.push(text(26, first + 10, title, 'title'))
    list.forEach((p, i) => {
      const y = first + 29 + i * high
      parts.push(s('path', { class: 'flow', d: `M14,${y - 4} H8 V${joint}` }), s('circle', { cx: 16, cy: y - 4, r: 4 }), text(26, y, p.name, 'name'), text(26, y + 13, note(p), 'note'))
    })
  }
  side(t('suppliers'), N.before, 2, top)
  side(t('customers'), N.behind, top + tall + 8, top + tall)
  parts.push(s('rect', { x: 1, y: top, width: width - 2, height: tall, rx: 6 }), text(10, top + 17, N.name, 'name'),
    N.stocks.map((k, i) => [text(10, top + 33 + 15 * i, k[0], 'note'), text(width - 10, top + 33 + 15 * i, held(k), 'note', { 'text-anchor': 'end' })]))
  const list = (title, all) => all.length ? `${title}: ${all.map(p => note(p) ? `${p.name} (${note(p)})` : p.name).join(', ')}. ` : ''
  const words = `${list(t('suppliers'), N.before)}${t('you')}: ${N.name}${N.stocks.map(k => `, ${k[0]} ${held(k)}`).join('')}. ${list(t('customers'), N.behind)}`
  const end = top + tall + (N.behind.length ? 24 + high * N.behind.length : 4)
  return [head(2, t('neighbours'), t('neighbours_note')), s('svg', { class: 'near', width, height: end, viewBox: `0 0 ${width} ${end}`, role: 'img', 'aria-label': words }, parts)]
}
export function pressing(act) { return { onclick: act, onkeydown: event => { if (event.key === 'Enter' || event.key === ' ') { event.preventDefault(); act() } } } }
