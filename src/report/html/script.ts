/**
 * The page's only script; it adds search, severity filters and sorting to what can be read without it. It never makes markup
 * out of text. Its hash stands in the page's content security policy: no other script runs.
 */
export const script = `'use strict';
(() => {
  const tools = document.querySelector('.tools');
  if (!tools) return;
  tools.hidden = false;
  const query = tools.querySelector('input[type=search]');
  const boxes = [...tools.querySelectorAll('input[type=checkbox]')];
  const output = tools.querySelector('output');
  const blocks = [...document.querySelectorAll('[data-item]')];
  const texts = new Map(blocks.map((block) => [block, block.textContent.toLowerCase()]));
  const apply = () => {
    const words = query.value.toLowerCase().split(/\\s+/).filter(Boolean);
    const chosen = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    let shown = 0;
    for (const block of blocks) {
      const level = block.dataset.level;
      const fits = (!level || chosen.has(level)) && words.every((word) => texts.get(block).includes(word));
      block.toggleAttribute('data-hidden', !fits);
      if (fits) shown++;
    }
    output.textContent = shown === blocks.length ? '' : shown + ' of ' + blocks.length + ' shown';
  };
  query.addEventListener('input', apply);
  for (const box of boxes) box.addEventListener('change', apply);
  document.addEventListener('keydown', (event) => {
    if (event.key === '/' && document.activeElement !== query) { event.preventDefault(); query.focus(); }
  });
  for (const table of document.querySelectorAll('table[data-sortable]'))
    for (const [column, head] of [...table.tHead.rows[0].cells].entries()) {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = head.textContent;
      head.replaceChildren(button);
      button.addEventListener('click', () => {
        const down = head.getAttribute('aria-sort') === 'ascending';
        for (const other of table.tHead.rows[0].cells) other.removeAttribute('aria-sort');
        head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
        const key = (body) => body.rows[0].cells[column].dataset.sort ?? body.rows[0].cells[column].textContent;
        const sorted = [...table.tBodies].sort((a, b) => key(a).localeCompare(key(b), 'en', { numeric: true }));
        table.append(...(down ? sorted.reverse() : sorted));
      });
    }
  const openTarget = () => {
    const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    const details = target && target.querySelector('details');
    if (details) details.open = true;
  };
  addEventListener('hashchange', openTarget);
  openTarget();
  let closed = [];
  addEventListener('beforeprint', () => {
    closed = [...document.querySelectorAll('details:not([open])')];
    for (const details of closed) details.open = true;
  });
  addEventListener('afterprint', () => { for (const details of closed) details.open = false; });
})();
`
