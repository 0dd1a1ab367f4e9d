/**
 * What the page does beyond being read: values when pointed at or walked through with the arrow keys, and switches that hide targets.
 * Without it nothing is missing. It is plain JavaScript, and the policy of the page names its hash.
 */
export const SCRIPT = `
'use strict'
{
  const all = (selector, root = document) => [...root.querySelectorAll(selector)]
  const tip = document.createElement('div')
  tip.className = 'tip'
  tip.setAttribute('role', 'status')
  tip.hidden = true
  document.body.append(tip)
  const texts = new WeakMap()
  let current = null

  const hide = () => {
    tip.hidden = true
    current?.classList.remove('current')
    current = null
  }
  const show = (mark) => {
    hide()
    current = mark
    mark.classList.add('current')
    tip.textContent = texts.get(mark)
    tip.hidden = false
    const at = mark.getBoundingClientRect()
    const left = at.left + at.width / 2 - tip.offsetWidth / 2
    tip.style.left = Math.max(4, Math.min(left, document.documentElement.clientWidth - tip.offsetWidth - 4)) + 'px'
    tip.style.top = (at.top > tip.offsetHeight + 12 ? at.top - tip.offsetHeight - 8 : at.bottom + 8) + 'px'
  }

  for (const title of all('svg title')) {
    const owner = title.parentNode.closest('.mark') ?? title.parentNode
    texts.set(owner, title.textContent)
    title.remove()
    owner.classList.add('live')
    owner.addEventListener('pointerenter', () => show(owner))
    owner.addEventListener('pointerleave', hide)
  }

  for (const drawing of all('svg.drawing:not(.axis)')) {
    const marks = all('.live', drawing)
    if (marks.length === 0) continue
    drawing.setAttribute('tabindex', '0')
    drawing.removeAttribute('aria-hidden')
    drawing.setAttribute('role', 'group')
    drawing.setAttribute('aria-roledescription', 'chart')
    if (!drawing.hasAttribute('aria-label')) drawing.setAttribute('aria-label', texts.get(marks[0]))
    drawing.addEventListener('focus', () => drawing.matches(':focus-visible') && show(marks[0]))
    drawing.addEventListener('blur', hide)
    drawing.addEventListener('keydown', (event) => {
      const at = marks.indexOf(current)
      const next = { ArrowRight: at + 1, ArrowLeft: Math.max(0, at - 1), Home: 0, End: marks.length - 1 }[event.key]
      if (event.key === 'Escape') hide()
      if (next === undefined) return
      event.preventDefault()
      show(marks[Math.min(next, marks.length - 1)])
    })
  }
  addEventListener('scroll', hide, { passive: true })

  for (const item of all('[data-legend]')) {
    const label = document.createElement('label')
    const box = document.createElement('input')
    box.type = 'checkbox'
    box.checked = true
    label.append(box, ...item.childNodes)
    item.append(label)
    box.addEventListener('change', () => {
      for (const part of all('[data-series="' + item.dataset.legend + '"]')) part.hidden = !box.checked
    })
  }
}
`
