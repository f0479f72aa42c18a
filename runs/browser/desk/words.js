'use strict'
// What every page is written with: its words, what the server says in its language, and nodes.
const W = JSON.parse(document.getElementById('words').textContent)
export const MAIN = document.getElementById('desk')
const NOTE = document.getElementById('message')
const SVG = 'http://www.w3.org/2000/svg'
export const LANG = document.documentElement.lang

export function t(key, values) { return W[key].replace(/\{(\w+)\}/g, (_, name) => values[name]) }
export function h(tag, props, ...children) { return fill(document.createElement(tag), props, children) }
export function s(tag, props, ...children) { return fill(document.createElementNS(SVG, tag), props, children) }
export function fill(node, props, children) {
  for (const [key, value] of Object.entries(props || {})) {
    if (key.startsWith('on')) node.addEventListener(key.slice(2), value)
    else if (typeof value === 'boolean') node[key] = value
    else if (value !== null && value !== undefined) node.setAttribute(key, value)
  }
  node.append(...children.flat(9).filter(c => c !== null && c !== undefined && c !== false && c !== ''))
  return node
}
// what the server says is English; names, units and most sentences have a translation, by patterns with slots: {0} is a
// number, an amount or a text that has a translation itself, {a} a name, which stays as it is unless it is a neutral one
const TEXTS = JSON.parse(document.getElementById('texts').textContent), FOUND = new Map(), SLOT = /\{[\da-z]\}/g, NAME = '((?!Day \\d)(?:(?!, wh).)+?)' // no date before it, and without ", which" and ", whose"
const GOOD = '([^.,;:()]+?)', FORMS = { '{n}': '([\\d.,]+)', '{m}': '([\\d.,]+)', '{g}': GOOD, '{i}': GOOD } // slots of digits alone, and of goods
const PATTERNS = Object.keys(TEXTS).filter(from => from.search(SLOT) >= 0).sort((a, b) => b.length - a.length)
  .map(from => [new RegExp('^' + from.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(SLOT, slot => FORMS[slot] || (slot > '{a' ? NAME : '(.+?)')) + '$'), from.match(SLOT), TEXTS[from]])
const SCALES = { thousand: 1e3, million: 1e6, billion: 1e9, trillion: 1e12 }
function x(text) {
  if (typeof text !== 'string' || !text || LANG === 'en') return null
  if (!FOUND.has(text)) FOUND.set(text, TEXTS[text] || money(text) || unit(text) || ended(text) || filled(text) || several(text))
  return FOUND.get(text)
}
function filled(text) {
  for (const [from, slots, to] of PATTERNS) {
    const parts = from.exec(text)
    if (!parts) continue
    const found = new Map(slots.map((slot, i) => [slot, slot > '{a' ? local(parts[i + 1]) : /^[\d.,−-]*\d$/.test(parts[i + 1]) ? parts[i + 1] : x(parts[i + 1])]))
    if (![...found.values()].includes(null)) return to.replace(SLOT, slot => found.get(slot))
  }
  return null
}
function ended(text) { const known = text.endsWith('.') ? x(text.slice(0, -1)) : null; return known && known + (LANG === 'ko' ? '.' : '。') }
function several(text) {
  const parts = text.split(/(?<=\.) (?=[A-Z\d])/), known = parts.length > 1 ? parts.map(x) : [null]
  return known.includes(null) ? null : known.join(LANG === 'ko' ? ' ' : '')
}
// "−¥12 billion" as it is written and called in the language; a sign that has no word there stays before the number
function money(text) {
  const parts = /^(−?)([A-Z]{0,3}[^\w\s\d.,]|[A-Z]{3} )([\d.,]+) (thousand|million|billion|trillion)$/.exec(text)
  if (!parts) return null
  const compact = new Intl.NumberFormat(LANG, { notation: 'compact', maximumSignificantDigits: 3 })
  const sum = compact.format(Number(parts[3].replace(/,/g, '')) * SCALES[parts[4]]), after = TEXTS[parts[2]]
  return parts[1] + (after ? sum + after : parts[2] + sum)
}
// the unit of a chart, such as "€bn" or "mn BRL": a sign that has no word in the language stays as it is
function unit(text) {
  const parts = /^([A-Z]{0,3}[^\w\s\d.,])(bn|mn|k)$/.exec(text), [, size, code] = /^(bn|mn|k) ([A-Z]{3})$/.exec(text) || []
  return parts ? TEXTS[parts[2]] + parts[1] : code ? TEXTS[size] + code : null
}
// texts of one screen that stand in no file: of each language, English text -> text
export function learn(elsewhere) {
  const more = (elsewhere || {})[LANG] || {}
  for (const text of Object.keys(more)) { TEXTS[text] = more[text]; FOUND.delete(text) }
}
export function local(text) { const known = x(text); return known === null ? text : known }
export function e(text) { return LANG === 'en' || !text ? text : x(text) === null ? h('span', { lang: 'en' }, text) : x(text) }
export function number(value) { return (Number(value) + 0).toLocaleString(LANG, { maximumFractionDigits: Math.abs(value) < 1000 ? 3 : 0 }).replace('-', '−') } // 38,002 papers, not 38,002.4
export function amount(value) { const big = Math.abs(value); return number(value.toFixed(big >= 100 ? 0 : big >= 10 ? 1 : 2)) }
export function say(words) { NOTE.replaceChildren(words || '') }
