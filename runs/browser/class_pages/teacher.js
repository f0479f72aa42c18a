'use strict'
// The teacher's page: one table, the clock, what can be begun, and the script by the minute.
import { LANG, MAIN, e, h, learn, local, number, say, t } from '../class/words.js'
import { enter, refuse, watch } from '../class/staff.js'

const URL_OF_ROOM = document.body.dataset.url
const DEPTHS = { '': 'comes_chance', stop: 'comes_stop', queue: 'comes_queue', delay: 'comes_delay', scare: 'comes_scare' }
const STATES = { open: 'is_open', locked: 'is_locked', reveal: 'is_shown', over: 'is_over' }
const STEPS = { feeling: 'step_feeling', guess: 'step_guess', truth: 'step_truth', worlds: 'step_worlds', orders: 'step_orders', paid: 'step_paid', what_if: 'step_what_if', history: 'step_history', ticket: 'step_ticket' }
const state = { view: null, until: null, drawn: {}, kind: '', pressed: -1000, begun: null, wish: { minutes: 0, depth: 'stop', seat: '', exercise: '', seating: '' } }

function take(view) {
  if (!state.view) {
    const kept = Number(sessionStorage.getItem('begun ' + view.code))
    state.begun = kept ? performance.now() - Math.max(0, Date.now() - kept) : null
    state.wish.minutes = view.minutes
  }
  learn(view.elsewhere)
  state.view = view
  state.until = view.left === null || view.left === undefined ? null : performance.now() + 1000 * view.left
  if (view.people.length > 0 && state.begun === null) start()
  draw()
}
async function act(name, more, question) {
  if (question && !window.confirm(question)) return
  try {
    const reply = await (await fetch('command', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ do: name, ...more }) })).json()
    say(e(reply.message))
    if (reply.view) take(reply.view)
  } catch (error) { say(t('not_done')) }
}
function button(words, name, more, kind, question) { return h('button', { type: 'button', class: kind, onclick: () => act(name, more, question) }, words) }
function pick(id, label, options, key) {
  const select = h('select', { id, onchange: event => { state.wish[key] = event.target.value; if (key === 'minutes') draw(); if (key === 'language') act('language', { language: event.target.value }) } }, options.map(([value, words]) => h('option', { value, selected: String(state.wish[key]) === String(value) }, words)))
  if (!options.some(([value]) => String(value) === String(state.wish[key])) && options.length) state.wish[key] = options[0][0]
  return [h('label', { for: id }, label), select]
}
const PARTS = { bar, links, controls, table, players, wall, steps, begin, people, script }
// a part that looks as before is left alone, so that no click, no focus and no opened list is lost; and none is drawn
// anew while a button is held down or something is chosen in it
function draw() {
  if (performance.now() - state.pressed < 1000) { setTimeout(draw, 300); return }
  for (const [name, make] of Object.entries(PARTS)) {
    const found = make(state.view) || h('div', { hidden: true }), looks = found.outerHTML, before = document.getElementById('part-' + name)
    if (before && state.drawn[name] === looks) continue
    const focused = before && before.contains(document.activeElement) ? document.activeElement : null
    if (focused && focused.tagName === 'SELECT') continue
    const place = focused ? [...before.querySelectorAll('button, summary')].indexOf(focused) : -1
    found.id = 'part-' + name
    if (before) {
      if (before.tagName === 'DETAILS' && state.kind === state.view.kind) found.open = before.open
      before.replaceWith(found)
    } else {
      if (!state.kind) MAIN.querySelectorAll('.wait').forEach(note => note.remove())
      MAIN.append(found)
    }
    const again = [...found.querySelectorAll('button, summary')][place]
    if (again) again.focus()
    state.drawn[name] = looks
  }
  state.kind = state.view.kind
  refresh()
}
document.addEventListener('pointerdown', () => { state.pressed = performance.now() })
for (const kind of ['pointerup', 'pointercancel']) document.addEventListener(kind, () => { state.pressed = -1000; if (state.view) setTimeout(draw) })
function bar(V) {
  const where = V.debrief ? t('debrief') : V.kind === 'lobby' ? t('lobby') : V.kind === 'wall' ? t('wall_at', V) : V.kind === 'league' ? t('league_at', { seat: local(V.seat[0]) })
    : `${t('turn_at', { turn: Math.min(V.turn + 1, V.turns), turns: V.turns })} · ${t(V.paused ? 'is_paused' : STATES[V.state])}`
  return h('header', { class: 'wall-bar' }, h('h1', {}, where), h('strong', { id: 'clock', role: 'timer' }), h('span', { class: 'code' }, V.code), h('p', { id: 'now' }))
}
function refresh() {
  const clock = document.getElementById('clock'), V = state.view
  if (!clock || !V) return
  const left = state.until === null ? null : Math.max(0, Math.round((state.until - performance.now()) / 1000))
  clock.textContent = V.kind !== 'together' || V.debrief ? '' : V.paused ? t('is_paused') : left === null ? (V.state === 'open' ? t('close_when_sent') : '') : `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`
  const minute = state.begun === null ? -1 : (performance.now() - state.begun) / 60000
  document.getElementById('minute').textContent = minute < 0 ? '' : t('minute', { minute: Math.floor(minute) })
  const rows = [...document.querySelectorAll('[data-minute]')], now = rows.filter(row => minute >= Number(row.dataset.minute)).pop()
  rows.forEach(row => row.classList.toggle('now', row === now))
  document.getElementById('now').textContent = now ? now.textContent : '' // below forty seats the script is out of sight
}
setInterval(refresh, 500)
function going(V) { return (V.kind === 'together' || V.kind === 'league') && !V.debrief && V.state !== 'over' }
function controls(V) {
  const on = V.kind === 'together' && going(V)
  return h('div', { class: 'controls' },
    on && [V.state !== 'locked' && button(t(V.paused ? 'go_on' : 'pause'), 'pause'), V.state === 'open' && [state.until !== null && button(t('more_time'), 'more'), button(t('close_turn'), 'lock', {}, 'main')], V.state === 'reveal' && button(t('next_turn'), 'next', {}, 'main')],
    V.kind === 'wall' && V.state !== 'over' && [button(t('step_back'), 'back'), V.state === 'open' ? button(t('show'), 'show', {}, 'main') : button(t('next'), 'next', {}, 'main')],
    (V.kind === 'together' || V.kind === 'league') && !V.debrief && button(t('debrief'), 'debrief', {}, going(V) ? null : 'main', going(V) && t('end_game')),
    V.debrief && [button(t('step_back'), 'back'), button(t('next'), 'next', {}, 'main')])
}
function table(V) {
  if (V.kind !== 'together' || V.debrief) return null
  const seats = V.seats
  return h('div', { class: 'ls-scroll', tabindex: '0', role: 'region', 'aria-label': t('worlds_seats') }, h('table', { class: 'seating' },
    h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, t('world_head')), seats.map(seat => h('th', { scope: 'col' }, e(seat[1]))), h('th', { scope: 'col' }, t('stopped')))),
    h('tbody', {}, V.table.map((w, i) => h('tr', {}, h('th', { scope: 'row' }, w.letter, h('small', {}, t(DEPTHS[w.depth]))),
      seats.map(seat => h('td', { class: 'text' }, cell(w, seat[0], w.seats[seat[0]]))), h('td', { class: 'text' }, V.worlds[i] && V.worlds[i].stopped !== undefined ? String(V.worlds[i].stopped) : ''))))))
}
function cell(w, seat, one) {
  const at = { world: w.number, seat }
  if (!one.member) return h('span', { class: 'seat-habit' }, t('habit'))
  const said = one.state !== 'waiting' || state.view.state === 'open'
  return [h('b', { class: said && 'seat-' + one.state }, one.nick), said && h('small', {}, t({ sent: 'seat_sent', waiting: 'seat_waiting', silent: 'seat_silent' }[one.state])),
    h('span', { class: 'acts' }, one.state === 'sent' && button(t('undo'), 'undo', at), button(t('to_habit'), 'habit', at))]
}
function players(V) {
  if (V.kind !== 'league' || V.debrief) return null
  return h('section', {}, h('h2', {}, t('turns_played'), ' ', h('small', {}, t('of_turns', V))), h('ul', { class: 'nicks' }, V.players.map(p => h('li', {}, p.nick, ' ', h('b', {}, String(p.turn))))))
}
function wall(V) { return V.kind === 'wall' && V.state !== 'over' && h('section', {}, h('h2', {}, e(V.asked)), h('p', {}, t('have_answered', { answered: V.answered, people: V.people.length })), h('p', {}, t('you_see'), ' ', h('b', {}, e(V.known)))) }
function steps(V) {
  if (!V.debrief) return null
  const D = V.debrief
  return h('section', {}, h('p', { class: 'steps' }, D.steps.map(step => h('span', { class: step === D.step ? 'now' : '' }, t(STEPS[step])))),
    D.left > 0 && h('p', {}, D.left === 1 ? t('one_replayed') : t('replayed', { worlds: D.left })))
}
function begin(V) {
  const beginning = (words, name, more, kind) => h('button', { type: 'button', class: kind, onclick: () => act(name, more(), going(state.view) && t('end_and_begin')) }, words)
  return h('details', { class: 'begin', open: V.kind === 'lobby' }, h('summary', {}, t('begin')),
    h('div', { class: 'controls' }, h('b', {}, t('together')), pick('minutes', t('minutes'), V.lessons.map(l => [l.minutes, l.minutes]), 'minutes'), pick('depth', t('what_comes'), V.depths.map(d => [d, t(DEPTHS[d])]), 'depth'),
      beginning(t('begin_together'), 'together', () => ({ minutes: Number(state.wish.minutes), depth: state.wish.depth }), V.kind === 'lobby' ? 'main' : null)),
    h('div', { class: 'controls' }, h('b', {}, t('league')), pick('seat', t('everybody_is'), V.seats.map(([key, title]) => [key, local(title)]), 'seat'), beginning(t('begin_league'), 'league', () => ({ seat: state.wish.seat, depth: state.wish.depth }))),
    V.exercises.length > 0 && h('div', { class: 'controls' }, h('b', {}, t('wall')), pick('exercise', t('exercise'), V.exercises.map(([name, titles]) => [name, titles[LANG] || titles.en || name]), 'exercise'), beginning(t('ask'), 'wall', () => ({ exercise: state.wish.exercise }))))
}
// the script's clock starts with the first phone, and anew when the teacher says so; no clock here goes by the time of
// day, which somebody may set
function start() { state.begun = performance.now(); sessionStorage.setItem('begun ' + state.view.code, String(Date.now())); refresh() }
function people(V) {
  const seats = V.kind === 'together' && !V.debrief ? V.table.flatMap(w => V.seats.filter(seat => !w.seats[seat[0]].member).map(seat => [`${w.number} ${seat[0]}`, `${w.letter}: ${local(seat[1])}`])) : []
  return h('details', { class: 'people' }, h('summary', {}, t('in_room_away', { people: V.people.length, away: V.people.filter(p => p.away !== null && p.away > 0).length })),
    seats.length > 0 && h('div', { class: 'controls' }, pick('seating', t('free_seat'), seats, 'seating')),
    h('ul', {}, V.people.map(p => h('li', {}, h('b', {}, p.nick), p.away !== null && p.away > 0 && [' ', h('small', {}, t('not_heard', { seconds: number(p.away) }))], ' ', h('span', { class: 'acts' }, button(t('new_pin'), 'new_pin', { member: p.member }),
      seats.length > 0 && h('button', { type: 'button', onclick: () => { const [world, seat] = String(state.wish.seating).split(' '); act('move', { member: p.member, world: Number(world), seat }) } }, t('move_seat')), button(t('send_out'), 'remove', { member: p.member }, null, t('really_out', p)))))))
}
function script(V) {
  const lesson = V.lessons.find(l => String(l.minutes) === String(state.wish.minutes)) || V.lessons[0]
  return h('section', { class: 'script' }, h('h2', {}, t('script', lesson), ' ', h('small', { id: 'minute' }), ' ', h('button', { type: 'button', class: 'link', onclick: start }, t('start_again'))),
    h('ol', {}, lesson.script.map(([minute, words]) => h('li', { 'data-minute': String(minute) }, h('b', {}, `${minute}′`), ' ', e(words)))))
}
function links(V) {
  state.wish.language = V.language
  const languages = [...document.querySelectorAll('nav a')].map(a => [a.dataset.lang, a.textContent])
  return h('div', { class: 'controls where' }, h('a', { href: 'wall?lang=' + LANG, target: '_blank', rel: 'noopener' }, t('open_wall')),
    pick('language', t('wall_speaks'), [...(V.language ? [] : [['', t('as_browser')]]), ...languages], 'language'), h('a', { href: 'export.zip' }, t('export')), h('span', {}, t('phones_at', { url: URL_OF_ROOM })))
}

enter().then(in_ => { if (in_) watch('teacher', take); else refuse(t('not_teacher')) })
