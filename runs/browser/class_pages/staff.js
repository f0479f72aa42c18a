'use strict'
// What the teacher's page and the wall share: the secret of the link becomes a cookie, and events become views.
import { MAIN, h, say, t } from '../class/words.js'

export async function enter() {
  const secret = location.hash.slice(1)
  if (secret) {
    history.replaceState(null, '', location.pathname)
    const reply = await fetch('enter', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ secret }) })
    if (!reply.ok) return false
  }
  const reply = await fetch('chair')
  return reply.ok
}
export function refuse(words) { MAIN.replaceChildren(h('p', { class: 'wait' }, words)) }
export function watch(page, take) {
  const source = new EventSource('watch?page=' + page)
  source.onmessage = event => take(JSON.parse(event.data))
  let lost = false
  source.onerror = () => {
    lost = true
    say(t('no_answer'))
    if (source.readyState === 2) setTimeout(() => watch(page, take), 1000)
  }
  source.onopen = () => { if (lost) say(''); lost = false }
}
