import { strings } from '../lib/strings.js';

/** @returns {string} how a message stands, or nothing where that goes without saying */
export function wordsFor({ role, status, problem }) {
  switch (status) {
    case 'held':
      return problem?.status ? strings.status.heldBusy : strings.status.held;
    case 'failed':
      return problem?.detail ?? strings.status[role === 'user' ? 'failed' : 'replyFailed'];
    case 'sent':
    case 'running':
    case 'completed':
      return '';
    default:
      return strings.status[status];
  }
}

/** What can be done about a message, each with the name of its icon; keys of strings.js. */
export const kActionIcons = {
  sendAgain: 'again',
  edit: 'rename',
  continue: 'continue',
  askAgain: 'again',
};

/** @returns {string[]} which of these are offered now */
export function actionsFor({ role, status, isAskedAgain }) {
  if (status === 'held') return ['sendAgain'];
  if (isAskedAgain) return [];
  if (status === 'interrupted') return ['continue'];
  if (status !== 'failed') return [];
  return role === 'user' ? ['sendAgain', 'edit'] : ['askAgain'];
}
