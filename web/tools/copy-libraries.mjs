// Copies the two browser libraries of package.json to OUTDIR/lib, where the service lays them over
// web/. Use: `npm ci` in web/, then `node tools/copy-libraries.mjs OUTDIR`.
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const kModules = fileURLToPath(new URL('../node_modules/', import.meta.url));
const kLibraries = [
  { from: 'marked/lib/marked.esm.js', to: 'marked.js', licence: 'marked/LICENSE.md' },
  { from: 'dompurify/dist/purify.es.mjs', to: 'purify.js', licence: 'dompurify/LICENSE' },
];

const [outdir] = process.argv.slice(2);
if (!outdir) {
  console.error('usage: node tools/copy-libraries.mjs OUTDIR');
  process.exit(2);
}

const target = join(resolve(outdir), 'lib');
await mkdir(target, { recursive: true });
for (const { from, to, licence } of kLibraries) {
  const source = await readFile(join(kModules, from), 'utf8');
  // The source maps stay behind, so the browser must not be sent looking for them.
  await writeFile(join(target, to), source.replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n'));
  await copyFile(join(kModules, licence), join(target, `${to}.LICENSE.txt`));
}
