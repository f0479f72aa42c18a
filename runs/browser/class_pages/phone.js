'use strict'
// A phone of a class: draws what /me and /events say and posts what its owner decides.
import { ask, curve, customs, figures, head, key, lever, listen, listening, near, news, onSight, orders, refreshLevers, suppliers } from '../class/parts.js'
import { MAIN, e, h, learn, local, number, say, t } from '../class/words.js'

const SHOWN_LEVERS = 4, SHOWN_NUMBERS = 3
const state = { id: '', room: null, desk: null, drawn: '', busy: false, missed: false, pin: '', until: null }
orders.remember = remember

// --- talking to the server ---------------------------------------------------------------------------------------
async function load() { take(await ask('me'), true) }
function follow() {
  const heard = screen => { if (state.busy) state.missed = true; else take(screen, false) }
  listen(state.room && 'events?seen=' + encodeURIComponent(state.id), heard, load, () => state.busy)
}
onSight(load, load)

function take(reply, own) {
  if (reply.pin) state.pin = reply.pin
  state.id = reply.id; state.room = reply.room; state.desk = reply.desk
  learn(state.room && state.room.elsewhere)
  const left = state.room && state.room.left
  state.until = left === null || left === undefined ? null : performance.now() + 1000 * left
  if (reply.message) say(e(reply.message))
  else if (own) say('')
  const now = signature()
  if (now !== state.drawn) { recall(); draw() } else refreshBars()
  state.drawn = now
  if (!listening()) follow()
}
// the same screen is not drawn again, so that nothing is lost under a finger
function signature() {
  const R = state.room
  if (!R) return 'door'
  if (state.pin) return 'pin'
  if (R.debrief) return `debrief ${R.activity} ${R.debrief.step} ${Boolean(R.debrief.result)}`
  const D = state.desk
  return [R.activity, R.state, R.place, R.turn, R.people, R.world, D && D.seat[0], D && D.turn].join(' ')
}
function shelf() { const R = state.room; return `linestop-class:${R.nick}:${R.activity}:${R.world || ''}:${state.desk.seat[0]}` }
function remember() { try { sessionStorage.setItem(shelf(), JSON.stringify([state.desk.turn, orders.wishes])) } catch (error) { /* full or forbidden */ } }
function recall() {
  orders.wishes = {}
  if (!state.desk) return
  try {
    const kept = JSON.parse(sessionStorage.getItem(shelf()) || 'null')
    if (kept && kept[0] === state.desk.turn) { orders.wishes = kept[1]; return }
  } catch (error) { /* nothing kept */ }
  if (state.room.sent) orders.wishes = { ...state.room.sent }
}
async function post(path, body) {
  if (state.busy) return null
  state.busy = true
  const reply = await ask(path, body)
  state.busy = false
  if (reply.id !== undefined && !(reply.refused && !reply.room)) take(reply, true)
  else say(e(reply.message))
  if (state.missed) { state.missed = false; load() }
  return reply
}

// --- screens -----------------------------------------------------------------------------------------------------
function draw() {
  const R = state.room
  const make = !R ? door : state.pin ? pinScreen : R.debrief ? debrief : { lobby, wall, together: turn, league: turn }[R.kind]
  MAIN.className = 'ls phone-' + (R ? R.kind : 'door')
  MAIN.replaceChildren(...make(R).flat(9).filter(Boolean))
  document.title = t('class_title')
  document.querySelectorAll('nav a').forEach(a => {
    const query = new URLSearchParams(location.search); query.set('lang', a.dataset.lang); a.href = '?' + query
  })
  refreshBars()
  window.scrollTo(0, 0)
}
function field(id, word, more) { return [h('label', { for: id }, t(word)), h('input', { id, type: 'text', autocomplete: 'off', ...more })] }
function valueAt(id) { return document.getElementById(id).value }
function form(act, ...children) { return h('form', { onsubmit: event => { event.preventDefault(); act() } }, children) }

function door() {
  const code = new URLSearchParams(location.search).get('code') || ''
  return [
    h('h1', { tabindex: '-1' }, t('class_title')),
    form(() => post('join', { code: valueAt('code'), nick: valueAt('nick'), key: key() }),
      h('h2', {}, t('join_title')), field('code', 'code', { value: code, maxlength: '12', autocapitalize: 'characters' }), field('nick', 'nick', { maxlength: '20' }),
      h('button', { class: 'main', type: 'submit' }, t('join'))),
    h('details', {}, h('summary', {}, t('back_title')),
      form(() => post('back', { nick: valueAt('nick-again'), pin: valueAt('pin') }),
        field('nick-again', 'nick', { maxlength: '20' }), field('pin', 'pin', { maxlength: '4', inputmode: 'numeric' }),
        h('button', { type: 'submit' }, t('come_back')))),
  ]
}
function pinScreen(R) {
  return [h('h1', { tabindex: '-1' }, t('in_room', { nick: R.nick })), h('p', { class: 'pin' }, t('your_pin'), h('b', {}, state.pin)), h('p', {}, t('pin_note')),
    h('button', { class: 'main', type: 'button', onclick: () => { state.pin = ''; draw(); state.drawn = signature() } }, t('understood'))]
}
function lobby(R) { return [h('h1', { tabindex: '-1' }, t('in_room', { nick: R.nick })), h('p', {}, t('wait_begin', { people: number(R.people) }))] }

function bar(R) {
  return h('header', { class: 'seat-bar' }, h('h1', { tabindex: '-1' }, e(state.desk.seat[1]), R.world && h('span', {}, ' · ', t('world', { letter: R.world }))),
    h('span', {}, t('turn_of', { turn: Math.min(state.desk.turn + 1, R.turns), turns: R.turns })), h('strong', { id: 'clock', role: 'timer' }))
}
function turn(R) {
  const D = state.desk
  if (!D) return [h('h1', { tabindex: '-1' }, R.nick), h('p', {}, t('no_seat'))]
  const ended = R.state === 'over' || D.turn >= R.turns, shown = D.levers.slice(0, SHOWN_LEVERS), rest = D.levers.slice(SHOWN_LEVERS)
  return [
    bar(R),
    D.turn === 0 && h('p', { class: 'first' }, h('b', {}, e(D.seat[2])), h('br'), e(D.seat[3])),
    h('p', { id: 'where', class: 'where-now' }),
    h('div', { class: 'numbers' }, D.curves.slice(0, SHOWN_NUMBERS).map(c => curve(D, c))),
    h('p', { class: 'forecast' }, e(D.forecast)),
    D.turn > 0 && h('section', { class: 'moved' }, h('h2', {}, t('what_changed', D)), D.moved.filter(m => m.from !== m.to).map(m => h('div', {}, h('span', {}, e(m.name)),
      h('b', {}, number(m.from), h('i', { 'aria-hidden': 'true' }, ' → '), h('span', { class: 'sr' }, ' – '), number(m.to), h('em', {}, e(m.unit))))), h('p', {}, e(D.why))),
    h('section', {}, news(D)),
    !ended && h('section', { class: 'levers' }, head(2, t('orders'), t('orders_note')), shown.map(lever)),
    !ended && rest.length > 0 && h('details', { class: 'levers' }, h('summary', {}, t('more_levers')), rest.map(lever)),
    h('details', {}, h('summary', {}, t('more_books')), D.near && near(D.near), D.curves.slice(SHOWN_NUMBERS).map(c => curve(D, c)), figures(D), suppliers(D), customs(D)),
    !ended && h('footer', { class: 'go' }, h('p', { id: 'sent' }), h('button', { id: 'send', class: 'main', type: 'button', onclick: send }, t('send', { turn: D.turn + 1 }))),
  ]
}
async function send() {
  const R = state.room, D = state.desk, button = document.getElementById('send')
  if (button.getAttribute('aria-disabled') === 'true') return
  button.setAttribute('aria-disabled', 'true')
  await post('hand-in', { wishes: orders.wishes, turn: D.turn, key: key() })
  if (R.kind === 'together') refreshLevers()
  refreshBars()
}
function refreshBars() {
  const R = state.room, button = document.getElementById('send'), sent = document.getElementById('sent'), where = document.getElementById('where')
  if (!R || !where) return
  const open = R.state === 'open'
  if (button) {
    if (open) button.removeAttribute('aria-disabled'); else button.setAttribute('aria-disabled', 'true')
    button.textContent = R.sent ? t('resend') : t('send', { turn: state.desk.turn + 1 })
    sent.textContent = R.sent ? t('sent') : ''
  }
  const own = R.kind === 'league'
  where.textContent = R.paused ? t('paused') : R.state === 'locked' ? t('locked') : R.state === 'reveal' ? t('reveal')
    : R.state === 'over' ? t('class_over') : own && state.desk.turn >= R.turns ? t('played_out') : own ? t('own_pace') + points(R) : R.habit ? t('silent_habit') : ''
  tick()
}
function points(R) { return R.points && R.points.length ? ' ' + t('points_par', { points: number(R.points[R.points.length - 1]) }) : '' }
function tick() {
  const clock = document.getElementById('clock'), R = state.room
  if (!clock || !R) return
  if (R.kind === 'league') { clock.textContent = ''; return }
  if (R.paused || state.until === null) { clock.textContent = R.state === 'open' && !R.paused ? t('untimed') : ''; return }
  const left = Math.max(0, Math.round((state.until - performance.now()) / 1000))
  clock.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`
  clock.classList.toggle('late', R.state === 'open' && left <= 10)
}
setInterval(tick, 500)

function chosen(name, mine, options, act) {
  return h('fieldset', { class: 'taps' }, h('legend', { class: 'sr' }, name), options.map(([value, words]) => h('button', { type: 'button', 'aria-pressed': String(mine === value), onclick: event => {
    event.currentTarget.parentNode.querySelectorAll('button').forEach(b => b.setAttribute('aria-pressed', String(b === event.currentTarget)))
    act(value)
  } }, words)))
}
function asked(id, words, mine, act, more) {
  return form(async () => { const value = valueAt(id); if (value !== '') { await act(Number(value)) } },
    h('label', { for: id }, words), h('input', { id, type: 'number', step: 'any', inputmode: 'decimal', value: mine === undefined || mine === null ? null : mine, ...more }),
    h('button', { type: 'submit' }, t('answer')), h('span', { id: id + '-kept', class: 'kept' }, mine === undefined || mine === null ? '' : t('answered')))
}
async function answer(question, value, id) {
  const reply = await post('answer', { question, value })
  const kept = id && document.getElementById(id + '-kept')
  if (kept && reply && !reply.refused) kept.textContent = t('answered')
}
function wall(R) {
  const open = R.state === 'open', told = R.state === 'reveal'
  if (R.state === 'over') return [h('h1', { tabindex: '-1' }, R.nick), h('p', {}, t('look_wall'))]
  return [h('h1', { tabindex: '-1' }, e(R.asked)),
    open && R.answers === 'choice' && chosen(R.asked, R.mine, R.options.map((words, i) => [i, e(words)]), value => answer(R.name, value)),
    open && R.answers === 'number' && asked('value', R.unit ? e(R.unit) : t('answer'), R.mine, value => answer(R.name, value, 'value')),
    told && h('p', { class: 'first' }, t('computed'), ' ', h('b', {}, e(R.words))),
    told && R.mine !== null && R.mine !== undefined && h('p', {}, t('you_said'), ' ', h('b', {}, R.answers === 'choice' ? e(R.options[R.mine]) : number(R.mine) + ' ' + local(R.unit)))]
}
function debrief(R) {
  const D = R.debrief, mine = D.mine, day = { min: '0', max: String(D.most_days) }
  if (D.step === 'feeling') return [h('h1', { tabindex: '-1' }, t('feeling')), chosen(t('feeling'), mine.feeling, D.feelings.map(f => [f, t(f)]), value => answer('feeling', value))]
  if (D.step === 'guess') return [h('h1', { tabindex: '-1' }, t('guess')),
    asked('granted', t('guess_granted'), mine.granted, value => answer('granted', value, 'granted'), { min: '0', max: '100' }),
    asked('first_stop', t('guess_first', { days: D.most_days }), mine.first_stop, value => answer('first_stop', value, 'first_stop'), day)]
  const result = D.result && D.result.title && h('section', { class: 'result' }, h('h2', {}, e(D.result.title)),
    h('div', { class: 'both' }, [['own_result', 'own_points'], ['world_result', 'world_points']].map(([word, at]) => h('div', {}, h('span', {}, t(word)), h('b', {}, t('points', { points: number(D.result[at]) }))))),
    h('p', {}, e(D.result.hidden)),
    h('p', {}, t('truth_granted', { granted: D.result.truth.granted === null ? '–' : number(D.result.truth.granted) }), mine.granted !== undefined && ' ' + t('you_guessed', { guess: number(mine.granted) })),
    h('p', {}, D.result.truth.first_stop === null ? t('truth_no_stop') : t('truth_stop', { day: number(D.result.truth.first_stop), name: local(D.result.truth.first_name) }), mine.first_stop !== undefined && ' ' + t('you_guessed', { guess: number(mine.first_stop) })))
  const other = result && D.result.without !== undefined && h('section', {}, h('h2', {}, t('without_you')), h('p', {}, t(D.result.without === D.result.hit ? 'without_same' : 'without_other', D.result)),
    D.result.stock && h('p', {}, t('you_held', { ...D.result.stock, good: local(D.result.stock.good) })))
  const ticket = D.step === 'ticket' && form(() => answer('ticket', valueAt('ticket'), 'ticket'), h('label', { for: 'ticket' }, t('ticket')), h('textarea', { id: 'ticket', rows: '5', maxlength: '600' }, mine.ticket || ''), h('button', { class: 'main', type: 'submit' }, t('answer')), h('span', { id: 'ticket-kept', class: 'kept' }, mine.ticket ? t('answered') : ''))
  return [h('h1', { tabindex: '-1' }, t('look_wall')), ticket, result || (D.result === null && h('p', {}, t('computing'))), other]
}
load()
