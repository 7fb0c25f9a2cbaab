// Starts the real service, and a fake model server beside it, for one test; ends only what it
// started.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import os from 'node:os';
import path from 'node:path';

const START_LIMIT_MS = 20_000;

const binary = process.env.NAT_BINARY;
const fakeUpstreamBinary = process.env.NAT_FAKE_UPSTREAM;

// The first group of `pattern` in what the process prints.
async function firstMatch(child, pattern) {
  const lines = createInterface({ input: child.stdout });
  const limit = AbortSignal.timeout(START_LIMIT_MS);
  for (;;) {
    const [line] = await once(lines, 'line', { signal: limit });
    const match = pattern.exec(line);
    if (match) return match[1];
  }
}

async function end(child, signal) {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  child.kill(signal);
  const [code] = await once(child, 'exit');
  return code;
}

export async function startFakeUpstream({ pauseMs = 40 } = {}) {
  const child = spawn(
    fakeUpstreamBinary,
    ['--port', '0', '--print-port', '--pause-ms', String(pauseMs)],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const port = await firstMatch(child, /^(\d+)$/);
  return { url: `http://127.0.0.1:${port}/v1`, stop: () => end(child, 'SIGTERM') };
}

export async function makeDataFolder() {
  return mkdtemp(path.join(os.tmpdir(), 'nat-e2e-'));
}

export const removeFolder = (folder) => rm(folder, { recursive: true, force: true });

export async function startService(dataFolder, environment = {}) {
  const child = spawn(binary, ['serve', '--port', String(environment.NAT_PORT ?? 0)], {
    env: {
      PATH: process.env.PATH,
      NAT_DATA_DIR: dataFolder,
      NAT_METRICS_PORT: '0',
      NAT_PROBE_LOCAL_MODELS: 'off',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const port = await firstMatch(child, /http:\/\/localhost:(\d+)/);
  return {
    port,
    url: `http://localhost:${port}`,
    stop: () => end(child, 'SIGTERM'),
    kill: () => end(child, 'SIGKILL'),
  };
}
