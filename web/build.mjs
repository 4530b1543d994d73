// Turns web/src into the files that support_bot serves, the same bytes every time; fails when one grew too large.
// With --check builds nothing to keep: it fails when what is kept is not what it would write.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { cssText } from './css-text.mjs';
import { markedLexer } from './marked-lexer.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const target = new URL('../support_bot/static/', import.meta.url);

/** The most kilobytes that each file may have, compressed by gzip. */
const LIMITS = { 'widget/widget.js': 4, 'widget/conversation.js': 40, 'widget/handoff.js': 16, 'panel/locale': 5, locale: 2 };
/** The panel's script together with its helpdesk's own client. */
const PANEL_LIMIT = 60;
const PACKAGES = {
  widget: ['marked', 'preact'],
  panel: ['@frontapp/plugin-sdk', '@frontapp/ui-bridge', 'cuid', 'marked', 'preact', 'rxjs', 'tslib', 'zendesk_app_framework_sdk'],
};

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

function licences(part) {
  const texts = PACKAGES[part].map((name) => {
    const folder = new URL(`node_modules/${name}/`, import.meta.url);
    const { version, license } = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8'));
    const file = readdirSync(folder).find((found) => /^(licen[cs]e|copyright)/i.test(found));
    const text = file ? readFileSync(new URL(file, folder), 'utf8').trim() : `Licensed under ${license}; the package holds no text of it.`;
    return `${name} ${version}\n\n${text}\n`;
  });
  return [`${part}/LICENSES.txt`, Buffer.from(texts.join(`\n${'-'.repeat(72)}\n\n`))];
}

function limit(name) {
  const isLocale = name.includes('/locale-');
  return LIMITS[name] ?? (isLocale ? LIMITS[name.startsWith('panel') ? 'panel/locale' : 'locale'] : Infinity);
}

const locales = readdirSync(new URL('src/i18n/', import.meta.url))
  .map((file) => /^(en|de|ar|zh-\w+)\.ts$/.exec(file)?.[1])
  .filter(Boolean)
  .sort();
const esm = { format: 'esm' };
const languages = (folder, from) => Promise.all(locales.map((locale) => built(`${folder}/locale-${locale}.js`, `${from}/${locale}.ts`, esm)));
const files = [
  await built('widget/widget.js', 'src/widget/launcher.ts', { format: 'iife' }),
  await built('widget/conversation.js', 'src/widget/conversation.tsx', esm),
  await built('widget/handoff.js', 'src/widget/handoff.tsx', esm),
  await built('widget/design.js', 'src/design/page.tsx', esm),
  ...(await languages('widget', 'src/i18n')),
  licences('widget'),
  await built('panel/panel.js', 'src/panel/panel.ts', esm),
  await built('panel/zendesk.js', 'src/panel/zendesk.ts', esm),
  await built('panel/front.js', 'src/panel/front.ts', esm),
  ...(await languages('panel', 'src/panel/i18n')),
  licences('panel'),
];

let failed = false;
function tell(name, size, most) {
  failed ||= size > most;
  console.log(`${name.padEnd(26)} ${size.toFixed(2).padStart(6)} KB${size > most ? `  over its ${most} KB` : ''}`);
}

const sizes = Object.fromEntries(files.map(([name, contents]) => [name, gzipSync(contents, { level: 9 }).length / 1024]));
for (const [name, size] of Object.entries(sizes)) tell(name, size, limit(name));
for (const host of ['zendesk', 'front']) tell(`panel in ${host}`, sizes['panel/panel.js'] + sizes[`panel/${host}.js`], PANEL_LIMIT);
if (failed) process.exit(1);

if (process.argv.includes('--check')) {
  for (const [name, contents] of files) {
    if (readFileSync(new URL(name, target)).equals(contents)) continue;
    console.error(`support_bot/static/${name} is stale. Run \`npm run build\`.`);
    process.exit(1);
  }
} else {
  for (const part of Object.keys(PACKAGES)) {
    rmSync(new URL(`${part}/`, target), { recursive: true, force: true });
    mkdirSync(new URL(`${part}/`, target), { recursive: true });
  }
  for (const [name, contents] of files) writeFileSync(new URL(name, target), contents);
}
