'use strict'
// The teacher's page: one table, the clock, what can be begun, and the script by the minute.
import { MAIN, h, number, say } from '../class/parts.js'
import { enter, watch } from '../class/staff.js'

const URL_OF_ROOM = document.body.dataset.url
const WORDS_OF_DEPTH = { '': 'by chance', stop: 'a full stop', queue: 'licences, four months', delay: 'licences, slow but fair', scare: 'only the scare' }
const state = { view: null, until: null, drawn: {}, kind: '', pressed: 0, begun: 0, wish: { minutes: 0, depth: 'stop', seat: '', exercise: '', seating: '' } }

function take(view) {
  if (!state.view) {
    state.begun = Number(sessionStorage.getItem('begun ' + view.code)) || 0
    state.wish.minutes = view.minutes
  }
  state.view = view
  state.until = view.left === null || view.left === undefined ? null : Date.now() + 1000 * view.left
  if (view.people.length > 0 && !state.begun) start()
  draw()
}
async function act(name, more, question) {
  if (question && !window.confirm(question)) return
  try {
    const reply = await (await fetch('command', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ do: name, ...more }) })).json()
    say(reply.message)
    if (reply.view) take(reply.view)
  } catch (error) { say('The server does not answer; nothing is known to have been done. Try again.') }
}
function button(words, name, more, kind, question) { return h('button', { type: 'button', class: kind, onclick: () => act(name, more, question) }, words) }
function pick(id, label, options, key) {
  const select = h('select', { id, onchange: event => { state.wish[key] = event.target.value; if (key === 'minutes') draw() } }, options.map(([value, words]) => h('option', { value, selected: String(state.wish[key]) === String(value) }, words)))
  if (!options.some(([value]) => String(value) === String(state.wish[key])) && options.length) state.wish[key] = options[0][0]
  return [h('label', { for: id }, label), select]
}
const PARTS = { bar, controls, table, players, wall, steps, begin, people, script, links }
// a part that looks as before is left alone, so that no click, no focus and no opened list is lost; and none is drawn
// anew while a button is held down or something is chosen in it
function draw() {
  if (Date.now() - state.pressed < 1000) { setTimeout(draw, 300); return }
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
document.addEventListener('pointerdown', () => { state.pressed = Date.now() })
for (const kind of ['pointerup', 'pointercancel']) document.addEventListener(kind, () => { state.pressed = 0; if (state.view) setTimeout(draw) })
function bar(V) {
  const where = V.debrief ? 'Debrief' : V.kind === 'lobby' ? 'Lobby' : V.kind === 'wall' ? `Wall: ${V.exercise}` : V.kind === 'league' ? `League: ${V.seat[0]}` : `Turn ${Math.min(V.turn + 1, V.turns)} of ${V.turns} · ${V.paused ? 'paused' : V.state}`
  return h('header', { class: 'wall-bar' }, h('h1', {}, where), h('strong', { id: 'clock', role: 'timer' }), h('span', { class: 'code' }, V.code))
}
function refresh() {
  const clock = document.getElementById('clock'), V = state.view
  if (!clock || !V) return
  const left = state.until === null ? null : Math.max(0, Math.round((state.until - Date.now()) / 1000))
  clock.textContent = V.kind !== 'together' || V.debrief ? '' : V.paused ? 'paused' : left === null ? (V.state === 'open' ? 'no clock: close the turn when all have sent' : '') : `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`
  const minute = state.begun ? (Date.now() - state.begun) / 60000 : -1
  document.getElementById('minute').textContent = minute < 0 ? '' : `minute ${Math.floor(minute)}`
  document.querySelectorAll('[data-minute]').forEach((row, i, all) => {
    const next = all[i + 1] ? Number(all[i + 1].dataset.minute) : 1e9
    row.classList.toggle('now', minute >= Number(row.dataset.minute) && minute < next)
  })
}
setInterval(refresh, 500)
function going(V) { return (V.kind === 'together' || V.kind === 'league') && !V.debrief && V.state !== 'over' }
function controls(V) {
  const on = V.kind === 'together' && going(V)
  return h('div', { class: 'controls' },
    on && [V.state !== 'locked' && button(V.paused ? 'Go on' : 'Pause', 'pause'), V.state === 'open' && [state.until !== null && button('+30 s', 'more'), button('Close turn', 'lock', {}, 'main')], V.state === 'reveal' && button('Next turn now', 'next', {}, 'main')],
    V.kind === 'wall' && V.state !== 'over' && [button('Back', 'back'), V.state === 'open' ? button('Show', 'show', {}, 'main') : button('Next', 'next', {}, 'main')],
    (V.kind === 'together' || V.kind === 'league') && !V.debrief && button('Debrief', 'debrief', {}, going(V) ? null : 'main', going(V) && 'End the game now and begin the debrief? The game cannot go on after it.'),
    V.debrief && [button('Back', 'back'), button('Next', 'next', {}, 'main')])
}
function table(V) {
  if (V.kind !== 'together' || V.debrief) return null
  const seats = V.seats
  return h('div', { class: 'ls-scroll', tabindex: '0', role: 'region', 'aria-label': 'worlds and seats' }, h('table', { class: 'seating' },
    h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, 'World'), seats.map(seat => h('th', { scope: 'col' }, seat[1])), h('th', { scope: 'col' }, 'Stopped'))),
    h('tbody', {}, V.table.map((w, i) => h('tr', {}, h('th', { scope: 'row' }, w.letter, h('small', {}, WORDS_OF_DEPTH[w.depth])),
      seats.map(seat => h('td', { class: 'text' }, cell(w, seat[0], w.seats[seat[0]]))), h('td', { class: 'text' }, V.worlds[i] && V.worlds[i].stopped !== undefined ? String(V.worlds[i].stopped) : ''))))))
}
function cell(w, seat, one) {
  const at = { world: w.number, seat }
  if (!one.member) return h('span', { class: 'seat-habit' }, 'habit')
  return [h('b', { class: 'seat-' + one.state }, one.nick), h('small', {}, { sent: 'sent', waiting: 'waiting', silent: 'silent, on habit' }[one.state]),
    h('span', { class: 'acts' }, one.state === 'sent' && button('undo', 'undo', at), button('to habit', 'habit', at))]
}
function players(V) {
  if (V.kind !== 'league' || V.debrief) return null
  return h('section', {}, h('h2', {}, 'Turns played ', h('small', {}, `of ${V.turns}`)), h('ul', { class: 'nicks' }, V.players.map(p => h('li', {}, p.nick, ' ', h('b', {}, String(p.turn))))))
}
function wall(V) { return V.kind === 'wall' && V.state !== 'over' && h('section', {}, h('h2', {}, V.asked), h('p', {}, `${V.answered} of ${V.people.length} have answered. Only you see this: `, h('b', {}, V.known))) }
function steps(V) {
  if (!V.debrief) return null
  const D = V.debrief
  return h('section', {}, h('p', { class: 'steps' }, D.steps.map(step => h('span', { class: step === D.step ? 'now' : '' }, step.replace('_', ' ')))),
    D.left > 0 && h('p', {}, `${D.left === 1 ? 'One world is' : D.left + ' worlds are'} still being played again in the background.`))
}
function begin(V) {
  const beginning = (words, name, more, kind) => h('button', { type: 'button', class: kind, onclick: () => act(name, more(), going(state.view) && 'End the game that is being played and begin something else? The game cannot go on after it.') }, words)
  return h('details', { class: 'begin', open: V.kind === 'lobby' }, h('summary', {}, 'Begin something'),
    h('div', { class: 'controls' }, h('b', {}, 'Together'), pick('minutes', 'minutes', V.lessons.map(l => [l.minutes, l.minutes]), 'minutes'), pick('depth', 'what comes', V.depths.map(d => [d, WORDS_OF_DEPTH[d]]), 'depth'),
      beginning('Begin together', 'together', () => ({ minutes: Number(state.wish.minutes), depth: state.wish.depth }), V.kind === 'lobby' ? 'main' : null)),
    h('div', { class: 'controls' }, h('b', {}, 'League'), pick('seat', 'everybody is', V.seats, 'seat'), beginning('Begin a league', 'league', () => ({ seat: state.wish.seat, depth: state.wish.depth }))),
    V.exercises.length > 0 && h('div', { class: 'controls' }, h('b', {}, 'Wall'), pick('exercise', 'exercise', V.exercises.map(x => [x, x]), 'exercise'), beginning('Ask its questions', 'wall', () => ({ exercise: state.wish.exercise }))))
}
// the script's clock starts with the first phone, and anew when the teacher says so
function start() { state.begun = Date.now(); sessionStorage.setItem('begun ' + state.view.code, String(state.begun)); refresh() }
function people(V) {
  const seats = V.kind === 'together' && !V.debrief ? V.table.flatMap(w => V.seats.filter(seat => !w.seats[seat[0]].member).map(seat => [`${w.number} ${seat[0]}`, `${w.letter}: ${seat[1]}`])) : []
  return h('details', { class: 'people' }, h('summary', {}, `${V.people.length} in the room, ${V.people.filter(p => p.away !== null && p.away > 0).length} away`),
    seats.length > 0 && h('div', { class: 'controls' }, pick('seating', 'a free seat', seats, 'seating')),
    h('ul', {}, V.people.map(p => h('li', {}, h('b', {}, p.nick), p.away !== null && p.away > 0 && h('small', {}, ` not heard of for ${number(p.away)} s`), ' ', h('span', { class: 'acts' }, button('new PIN', 'new_pin', { member: p.member }),
      seats.length > 0 && h('button', { type: 'button', onclick: () => { const [world, seat] = String(state.wish.seating).split(' '); act('move', { member: p.member, world: Number(world), seat }) } }, 'move to the free seat'), button('send out', 'remove', { member: p.member }, null, `Send ${p.nick} out of the room?`))))))
}
function script(V) {
  const lesson = V.lessons.find(l => String(l.minutes) === String(state.wish.minutes)) || V.lessons[0]
  return h('section', { class: 'script' }, h('h2', {}, `Script of ${lesson.minutes} minutes `, h('small', { id: 'minute' }), ' ', h('button', { type: 'button', class: 'link', onclick: start }, 'start again at 0′')),
    h('ol', {}, lesson.script.map(([minute, words]) => h('li', { 'data-minute': String(minute) }, h('b', {}, `${minute}′`), ' ', words))))
}
function links() { return h('p', { class: 'where' }, h('a', { href: 'wall', target: '_blank', rel: 'noopener' }, 'Open the wall'), ' · ', h('a', { href: 'export.zip' }, 'Export everything'), ' · phones: ' + URL_OF_ROOM) }

enter().then(in_ => { if (in_) watch('teacher', take); else say('That is not the teacher’s link; use the one that was printed.') })
