// Writes a language model of some hundred kilobytes, in llama.cpp's file format, that knows one
// text by heart. No weights can be had offline, but how a real engine loads, samples, streams and
// stops does not depend on what the weights say, so these are set by hand.
//
// The first word of a reply follows any text, each word follows the one before it, and after the
// last one comes the end, or the first one again where `isEndless`. The embedding of a token is its
// place in the text, one dimension each; attention and feed-forward are zero; the row of a word in
// the output looks at the place before it. `feedForward` makes the engine work for a word, with
// nothing but zeros, for as long as a larger model would.
// https://github.com/ggml-org/ggml/blob/master/docs/gguf.md describes the format.
import { writeFile } from 'node:fs/promises';

const ALIGNMENT_BYTES = 32;
const EMBEDDING = 64; // so a text has at most 62 words
const CONTEXT_TOKENS = 16384;
const SURE = 10; // how far a word that is right lies above all others

const UINT32 = 4, INT32 = 5, FLOAT32 = 6, STRING = 8, ARRAY = 9;
const NORMAL = 1, UNKNOWN = 2, CONTROL = 3, BYTE = 6; // kinds of tokens

const u32 = (value) => { const b = Buffer.alloc(4); b.writeUInt32LE(value); return b; };
const i32 = (value) => { const b = Buffer.alloc(4); b.writeInt32LE(value); return b; };
const u64 = (value) => { const b = Buffer.alloc(8); b.writeBigUInt64LE(BigInt(value)); return b; };
const f32 = (value) => { const b = Buffer.alloc(4); b.writeFloatLE(value); return b; };
const string = (value) => {
  const text = Buffer.from(value);
  return Buffer.concat([u64(text.length), text]);
};
const ENCODERS = { [UINT32]: u32, [INT32]: i32, [FLOAT32]: f32, [STRING]: string };

const field = (name, type, value) => Buffer.concat(
  [string(name), u32(type), ENCODERS[type](value)]);
const list = (name, type, values) => Buffer.concat(
  [string(name), u32(ARRAY), u32(type), u64(values.length), ...values.map(ENCODERS[type])]);

// A token can have but one follower, so a word that was there before is taken together with the
// next ones. A space belongs to the word before it: an engine drops one that leads a token.
function wordsOf(text) {
  const words = [];
  let word = '';
  for (const piece of text.match(/[^ ]+ ?/g)) {
    word += piece;
    if (words.includes(word)) continue;
    words.push(word);
    word = '';
  }
  if (word) throw new Error(`the text must not end with "${word}", which was there before`);
  if (words.length > EMBEDDING - 2) throw new Error('the text is longer than the model');
  return words;
}

function tokensOf(words) {
  const special = [['<unk>', UNKNOWN], ['<s>', CONTROL], ['</s>', CONTROL]];
  const bytes = Array.from({ length: 256 }, (_, byte) =>
    [`<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`, BYTE]);
  return [...special, ...bytes, ...words.map((word) => [word.replaceAll(' ', '\u2581'), NORMAL])];
}
const END_OF_TEXT = 2;

function metadata(tokens, feedForward) {
  return [
    field('general.architecture', STRING, 'llama'),
    field('general.name', STRING, 'by heart'),
    field('general.file_type', UINT32, 0),
    field('llama.vocab_size', UINT32, tokens.length),
    field('llama.context_length', UINT32, CONTEXT_TOKENS),
    field('llama.embedding_length', UINT32, EMBEDDING),
    field('llama.block_count', UINT32, 1),
    field('llama.feed_forward_length', UINT32, feedForward),
    field('llama.attention.head_count', UINT32, 1),
    field('llama.attention.head_count_kv', UINT32, 1),
    field('llama.attention.layer_norm_rms_epsilon', FLOAT32, 1e-5),
    field('llama.rope.dimension_count', UINT32, EMBEDDING),
    field('tokenizer.ggml.model', STRING, 'llama'),
    list('tokenizer.ggml.tokens', STRING, tokens.map(([text]) => text)),
    list('tokenizer.ggml.scores', FLOAT32, tokens.map(() => 0)),
    list('tokenizer.ggml.token_type', INT32, tokens.map(([, kind]) => kind)),
    field('tokenizer.ggml.bos_token_id', UINT32, 1),
    field('tokenizer.ggml.eos_token_id', UINT32, END_OF_TEXT),
    field('tokenizer.ggml.unknown_token_id', UINT32, 0),
  ];
}

// [name, shape with the row's length first, the columns that are not zero as [row, column, value]]
function tensorsOf(words, tokens, { feedForward, isEndless }) {
  const first = tokens.length - words.length;
  const places = tokens.map((_, token) => [token, Math.max(0, token - first + 1), 1]);
  const followers = words.map((_, place) => [first + place, place, SURE]);
  followers.push([isEndless ? first : END_OF_TEXT, words.length, SURE]);
  const ones = Array.from({ length: EMBEDDING }, (_, column) => [0, column, 1]);
  const square = [EMBEDDING, EMBEDDING];
  return [
    ['token_embd.weight', [EMBEDDING, tokens.length], places],
    ['output_norm.weight', [EMBEDDING], ones],
    ['output.weight', [EMBEDDING, tokens.length], followers],
    ['blk.0.attn_norm.weight', [EMBEDDING], ones],
    ...['q', 'k', 'v', 'output'].map((part) => [`blk.0.attn_${part}.weight`, square, []]),
    ['blk.0.ffn_norm.weight', [EMBEDDING], ones],
    ['blk.0.ffn_gate.weight', [EMBEDDING, feedForward], []],
    ['blk.0.ffn_up.weight', [EMBEDDING, feedForward], []],
    ['blk.0.ffn_down.weight', [feedForward, EMBEDDING], []],
  ];
}

function weights([, shape, entries]) {
  const values = new Float32Array(shape[0] * (shape[1] ?? 1));
  for (const [row, column, value] of entries) values[row * shape[0] + column] = value;
  return Buffer.from(values.buffer);
}

const padding = (bytes) =>
  Buffer.alloc((ALIGNMENT_BYTES - (bytes % ALIGNMENT_BYTES)) % ALIGNMENT_BYTES);

export async function writeModel(file, text, { feedForward = 64, isEndless = false } = {}) {
  const words = wordsOf(text);
  const tokens = tokensOf(words);
  const fields = metadata(tokens, feedForward);
  const tensors = tensorsOf(words, tokens, { feedForward, isEndless });
  const head = [Buffer.from('GGUF'), u32(3), u64(tensors.length), u64(fields.length), ...fields];
  const data = [];
  let offset = 0;
  for (const tensor of tensors) {
    const [name, shape] = tensor;
    head.push(string(name), u32(shape.length), ...shape.map(u64), u32(0), u64(offset));
    const bytes = weights(tensor);
    data.push(bytes, padding(bytes.length));
    offset += bytes.length + padding(bytes.length).length;
  }
  const header = Buffer.concat(head);
  await writeFile(file, Buffer.concat([header, padding(header.length), ...data]));
}
