// What axe-core does not say of the page that is open: words under 11 px, controls under 24 px, a page that is too wide.
() => {
  const found = [], words = node => (node.textContent || '').trim()
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
  return [...new Set(found)]
}
