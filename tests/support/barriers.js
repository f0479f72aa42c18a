// What keeps somebody out of the page that is open, in words; tests/support/pages.py evaluates it.
() => {
  const found = [], words = node => (node.textContent || '').trim()
  const named = node => node.getAttribute('aria-label') || node.getAttribute('title') || words(node) ||
    (node.getAttribute('aria-labelledby') && words(document.getElementById(node.getAttribute('aria-labelledby')))) ||
    [...(node.labels || [])].map(words).join('')
  document.querySelectorAll('a, button, input, select, meter, progress, svg[role], [role=button], [tabindex="0"]').forEach(node => {
    if (!named(node)) found.push(`no name: ${node.outerHTML.slice(0, 80)}`)
  })
  document.querySelectorAll('a, button, select, input, [role=button]').forEach(node => {
    const box = node.getBoundingClientRect()
    if (box.width && box.height < 24 && !node.closest('svg') && !node.closest('p, li, .skip')) found.push(`small: ${node.outerHTML.slice(0, 80)}`)
  })
  document.querySelectorAll('body *').forEach(node => {
    const own = [...node.childNodes].some(each => each.nodeType === 3 && each.textContent.trim())
    if (!own || ['SCRIPT', 'STYLE', 'TITLE', 'NOSCRIPT', 'OPTION'].includes(node.nodeName)) return
    const scale = node.ownerSVGElement ? node.ownerSVGElement.getScreenCTM().a : 1
    const size = parseFloat(getComputedStyle(node).fontSize) * scale
    if (node.getBoundingClientRect().width && size < 10.95) found.push(`${size.toFixed(1)} px: ${words(node).slice(0, 40)}`)
  })
  if (document.documentElement.scrollWidth > document.documentElement.clientWidth + 1) found.push('the page is too wide')
  if (!document.documentElement.lang || document.querySelectorAll('h1').length !== 1) found.push('no language or heading')
  const ids = [...document.querySelectorAll('[id]')].map(node => node.id)
  if (new Set(ids).size < ids.length) found.push('an id twice')
  const paler = []
  const light = c => { const p = c.match(/[\d.]+/g).slice(0, 3).map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * p[0] + 0.7152 * p[1] + 0.0722 * p[2] }
  document.querySelectorAll('body *').forEach(node => {
    const own = [...node.childNodes].some(each => each.nodeType === 3 && each.textContent.trim())
    if (!own || node.ownerSVGElement || node.matches(':disabled, option, script, noscript, .skip, .sr') || node.closest('.off, noscript')) return
    let up = node, ground = 'rgb(255, 255, 255)'
    for (; up; up = up.parentElement) { const c = getComputedStyle(up).backgroundColor; if (c !== 'rgba(0, 0, 0, 0)') { ground = c; break } }
    const [dark, bright] = [light(getComputedStyle(node).color), light(ground)].sort((a, b) => a - b)
    if ((bright + 0.05) / (dark + 0.05) < 4.5) paler.push(`pale: ${words(node).slice(0, 40)}`)
  })
  return [...new Set([...found, ...paler])]
}
