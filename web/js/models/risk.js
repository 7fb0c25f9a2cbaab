const kLevels = ['none', 'watch', 'crisis', 'imminent'];

/**
 * The whole crisis card is shown where the level has risen, and a line where it has stayed.
 * @param {Array<import('./message.js').Message>} messages in reading order
 * @param {number} place of the one whose card it is
 */
export function isCardWhole(messages, place) {
  let before = place - 1;
  while (before >= 0 && messages[before].role !== 'assistant') before -= 1;
  const level = rankOf(messages[place]);
  return level > rankOf(messages[before]) && level >= kLevels.indexOf('crisis');
}

function rankOf(message) {
  return kLevels.indexOf(message?.safety?.level ?? 'none');
}
