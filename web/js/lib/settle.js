/**
 * Brings the blocks of a container to those of a fragment. Blocks that are the same stay the same
 * nodes, so that a selection in them survives; what is new at the end settles in.
 * @param {HTMLElement} container
 * @param {DocumentFragment} fragment
 */
export function settle(container, fragment) {
  const shown = container.textContent.length;
  const fresh = [...fragment.childNodes];
  fresh.forEach((node, place) => {
    const old = container.childNodes[place];
    if (!old) container.append(node);
    else if (!old.isEqualNode(node)) old.replaceWith(node);
  });
  while (container.childNodes.length > fresh.length) container.lastChild.remove();
  if (shown > 0) markFrom(container, shown);
}

// Everything after the first `offset` characters is wrapped, so that CSS can let it settle.
function markFrom(container, offset) {
  let passed = 0;
  for (const node of textNodesOf(container)) {
    const start = passed;
    passed += node.length;
    // Between blocks there is only white space, and lists allow no element around it.
    if (passed <= offset || node.data.trim() === '') continue;
    const added = start < offset ? node.splitText(offset - start) : node;
    const wrapper = document.createElement('span');
    wrapper.className = 'settling';
    added.replaceWith(wrapper);
    wrapper.append(added);
  }
}

function textNodesOf(container) {
  const walker = document.createTreeWalker(container, NodeFilter.SHOW_TEXT);
  const nodes = [];
  while (walker.nextNode()) nodes.push(walker.currentNode);
  return nodes;
}
