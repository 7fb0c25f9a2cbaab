import { browserStorage } from './storage.js';

const kKey = 'nat.light';
const kChoices = ['system', 'light', 'evening'];

/** @returns {'system'|'light'|'evening'} what the person chose on this browser */
export function lightChosen() {
  const choice = browserStorage.read(kKey);
  return kChoices.includes(choice) ? choice : 'system';
}

export function chooseLight(choice) {
  browserStorage.write(kKey, choice);
  apply(choice);
}

// tokens.css does the rest; without the attribute it follows the system.
function apply(choice) {
  if (choice === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = choice;
}

apply(lightChosen());
