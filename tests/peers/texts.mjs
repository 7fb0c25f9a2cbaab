// What the models of these tests say.
export const KNOWN = 'I am a small model, and I know one text by heart. It has four sentences; ' +
  'this is the second of them. Some letters need more than one byte: café, größer, 日本. What ' +
  'would you like to say next?';
export const ENDLESS = 'Round and round it goes, and there is always one more sentence. ';
