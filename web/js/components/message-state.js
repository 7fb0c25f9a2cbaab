import { strings } from '../lib/strings.js';

/** @returns {string} how a message stands, or nothing where that goes without saying */
export function wordsFor(message) {
  return message.role === 'user' ? wordsForSaid(message) : wordsForReply(message);
}

function wordsForSaid({ status, waitsFor, problem }) {
  if (status === 'sending') return strings.status.sending;
  if (status === 'held') return strings.waits[waitsFor];
  return status === 'failed' ? (problem?.detail ?? strings.status.failed) : '';
}

function wordsForReply({ status, problem, letter, refusal }) {
  if (letter?.standing === 'held') return strings.asks[letter.waitsFor] ?? strings.asks.service;
  if (refusal) return refusal.detail ?? strings.status.notAsked;
  if (status === 'failed') return problem?.detail ?? strings.status.replyFailed;
  return status === 'running' || status === 'completed' ? '' : strings.status[status];
}

/** What can be done about a message, each with the name of its icon; keys of strings.js. */
export const kActionIcons = {
  sendAgain: 'again',
  edit: 'rename',
  continue: 'continue',
  askAgain: 'again',
};

/** @returns {string[]} which of these are offered now */
export function actionsFor({ role, status, text, letter, isLatest }) {
  if (role === 'user') return status === 'failed' ? ['sendAgain', 'edit'] : [];
  // To go on from an earlier reply would leave the path that is shown.
  if (letter || !isLatest) return [];
  if (status === 'interrupted') return text ? ['continue', 'askAgain'] : ['askAgain'];
  return status === 'failed' ? ['askAgain'] : [];
}
