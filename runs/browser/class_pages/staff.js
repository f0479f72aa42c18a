'use strict'
// What the teacher's page and the wall share: the secret of the link becomes a cookie, and events become views.
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
export function watch(page, take) {
  const source = new EventSource('watch?page=' + page)
  source.onmessage = event => take(JSON.parse(event.data))
  source.onerror = () => { if (source.readyState === 2) setTimeout(() => watch(page, take), 1000) }
}
