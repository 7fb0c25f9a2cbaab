// A program that a test started: what it prints, line by line, until the test ends it.
import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';

const WAIT_MS = 30_000;

export function start(command, args) {
  const child = spawn(command, args, {
    // What Node warns of in programs of others is not for us to mend.
    env: { PATH: process.env.PATH, HOME: process.env.HOME, NODE_NO_WARNINGS: '1' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let hasEnded = false;
  const lines = [];
  const news = new EventEmitter();
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    news.emit('line');
  });
  child.once('exit', () => {
    hasEnded = true;
    news.emit('line');
  });

  const nextLine = () => new Promise((resolve, reject) => {
    const limit = setTimeout(() => reject(new Error(`${command} says nothing more`)), WAIT_MS);
    news.once('line', () => {
      clearTimeout(limit);
      resolve();
    });
  });

  // The first match of `pattern` in what it has printed or will print.
  async function printed(pattern) {
    for (;;) {
      const match = lines.map((line) => pattern.exec(line)).find(Boolean);
      if (match) return match;
      if (hasEnded) throw new Error(`${command} has ended and never printed ${pattern}`);
      await nextLine();
    }
  }

  async function end() {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  return { printed, end };
}

export async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}
