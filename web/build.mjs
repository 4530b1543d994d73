// Turns web/src into the files that support_bot serves, the same bytes every time; fails when one grew too large.
// With --check builds nothing to keep: it fails when what is kept is not what it would write.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { cssText } from './css-text.mjs';
import { markedLexer } from './marked-lexer.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const target = new URL('../support_bot/static/widget/', import.meta.url);

/** The most kilobytes that each file may have, compressed by gzip. */
const LIMITS = { 'widget.js': 4, 'conversation.js': 40, 'handoff.js': 16, locale: 2 };
const PACKAGES = ['marked', 'preact'];

const shared = {
  absWorkingDir: here,
  bundle: true,
  minify: true,
  write: false,
  target: 'es2022', // every browser with adopted style sheets knows it
  legalComments: 'none', // LICENSES.txt has them
  charset: 'utf8',
  plugins: [cssText, markedLexer],
};

async function built(name, entry, options) {
  const { outputFiles } = await build({ ...shared, entryPoints: [entry], ...options });
  return [name, outputFiles[0].contents];
}

function licences() {
  const texts = PACKAGES.map((name) => {
    const folder = new URL(`node_modules/${name}/`, import.meta.url);
    const { version } = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8'));
    const file = readdirSync(folder).find((found) => /^licen[cs]e/i.test(found));
    return `${name} ${version}\n\n${readFileSync(new URL(file, folder), 'utf8').trim()}\n`;
  });
  return ['LICENSES.txt', Buffer.from(texts.join(`\n${'-'.repeat(72)}\n\n`))];
}

function limit(name) {
  return LIMITS[name] ?? (name.startsWith('locale-') ? LIMITS.locale : Infinity);
}

const locales = readdirSync(new URL('src/i18n/', import.meta.url))
  .map((file) => /^(en|de|ar|zh-\w+)\.ts$/.exec(file)?.[1])
  .filter(Boolean)
  .sort();
const files = [
  await built('widget.js', 'src/widget/launcher.ts', { format: 'iife' }),
  await built('conversation.js', 'src/widget/conversation.tsx', { format: 'esm' }),
  await built('handoff.js', 'src/widget/handoff.tsx', { format: 'esm' }),
  await built('design.js', 'src/design/page.tsx', { format: 'esm' }),
  ...(await Promise.all(locales.map((locale) => built(`locale-${locale}.js`, `src/i18n/${locale}.ts`, { format: 'esm' })))),
  licences(),
];

let failed = false;
for (const [name, contents] of files) {
  const size = gzipSync(contents, { level: 9 }).length / 1024;
  const over = size > limit(name);
  failed ||= over;
  console.log(`${name.padEnd(20)} ${size.toFixed(2).padStart(6)} KB${over ? `  over its ${limit(name)} KB` : ''}`);
}
if (failed) process.exit(1);

if (process.argv.includes('--check')) {
  for (const [name, contents] of files) {
    if (readFileSync(new URL(name, target)).equals(contents)) continue;
    console.error(`support_bot/static/widget/${name} is stale. Run \`npm run build\`.`);
    process.exit(1);
  }
} else {
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  for (const [name, contents] of files) writeFileSync(new URL(name, target), contents);
}
