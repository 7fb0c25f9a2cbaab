// The one place where markup enters the page: `marked` reads a reply, DOMPurify leaves the safe
// part of it. DOMPurify parses under its own Trusted Types policy and hands over nodes, so nothing
// here assigns markup.

const kAllowed = {
  ALLOWED_TAGS: [
    'p',
    'br',
    'hr',
    'em',
    'strong',
    'del',
    'code',
    'pre',
    'blockquote',
    'ul',
    'ol',
    'li',
    'a',
    'h1',
    'h2',
    'h3',
    'h4',
    'h5',
    'h6',
    'table',
    'thead',
    'tbody',
    'tr',
    'th',
    'td',
  ],
  ALLOWED_ATTR: ['href', 'start'],
  ALLOWED_URI_REGEXP: /^(?:https?|tel):/i,
  RETURN_DOM_FRAGMENT: true,
};

let libraries = null;

/** Whether replies are formatted; until then, and without the libraries, they are plain text. */
export let isMarkdownReady = false;

/** Resolves when that is decided. */
export const markdownReady = Promise.all([
  import('../../lib/marked.js'),
  import('../../lib/purify.js'),
]).then(
  ([marked, purify]) => {
    libraries = { parser: safeParser(marked), purify: purify.default };
    isMarkdownReady = true;
  },
  () => {},
);

/**
 * @param {string} text a reply, finished or not
 * @returns {DocumentFragment} blocks of formatted text
 */
export function renderMarkdown(text) {
  if (!libraries) return plainParagraphs(text);
  const markup = libraries.parser.parse(closeEmphasis(text));
  const fragment = libraries.purify.sanitize(markup, kAllowed);
  for (const link of fragment.querySelectorAll('a')) leadOutside(link);
  return fragment;
}

/**
 * Closes bold text that a reply has opened and not closed yet, so that its marks never show.
 * @param {string} text
 */
export function closeEmphasis(text) {
  const lastBlock = text.slice(text.lastIndexOf('\n\n') + 1);
  const isOpen = (lastBlock.match(/\*\*/g) ?? []).length % 2 === 1;
  const words = text.trimEnd();
  if (!isOpen) return text;
  return words.endsWith('**') ? words.slice(0, -2) : `${words}**`;
}

// Raw markup in a reply is shown as the characters it is made of.
function safeParser({ Marked }) {
  const shown = ({ text }) => escape(text);
  return new Marked({
    gfm: true,
    breaks: true,
    renderer: { html: shown, image: shown },
  });
}

function escape(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function leadOutside(link) {
  if (!link.hasAttribute('href')) return link.replaceWith(...link.childNodes);
  link.setAttribute('rel', 'noopener noreferrer');
  if (!link.protocol.startsWith('tel')) link.setAttribute('target', '_blank');
}

function plainParagraphs(text) {
  const fragment = document.createDocumentFragment();
  for (const block of text.split(/\n{2,}/)) {
    const paragraph = document.createElement('p');
    paragraph.textContent = block.trim();
    if (paragraph.textContent) fragment.append(paragraph);
  }
  return fragment;
}
