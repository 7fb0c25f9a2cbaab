// Serves two models with llama.cpp behind `inference-server`, neither of them written here:
//
//   node llama-server.mjs FOLDER      prints its port, and ends when its standard input does
//
// Ours are the weights (tiny-model.mjs), and that it tells of each answer that its client did not
// wait for, which the server itself does not notice.
import path from 'node:path';
import { InferenceServer, createExpressServer } from 'inference-server';
import { ENDLESS, KNOWN } from './texts.mjs';
import { writeModel } from './tiny-model.mjs';

const WORK = 64 * 1024; // some milliseconds of one core for a token

const folder = path.resolve(process.argv[2]);
const known = path.join(folder, 'known.gguf');
const endless = path.join(folder, 'endless.gguf');
await writeModel(known, KNOWN);
await writeModel(endless, ENDLESS, { feedForward: WORK, isEndless: true });

const modelAt = (location) => ({
  task: 'text-completion',
  engine: 'node-llama-cpp',
  location,
  minInstances: 1,
  contextSize: 8192,
  device: { gpu: false, cpuThreads: 1 },
});
const engine = new InferenceServer({
  log: 'error',
  concurrency: 2,
  cachePath: folder,
  models: { known: modelAt(known), endless: modelAt(endless) },
});
await engine.start();
const server = createExpressServer(engine);
server.on('request', (request, response) => {
  response.on('close', () => {
    if (!response.writableFinished) console.log(`left ${request.url}`);
  });
});
server.listen(0, '127.0.0.1', () => console.log(`port ${server.address().port}`));
process.stdin.resume().on('end', () => process.exit(0));
