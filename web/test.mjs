// Bundles every src/**/*.test.ts and runs them with Node's own test runner.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { cssText } from './css-text.mjs';

const entryPoints = readdirSync('src', { recursive: true })
  .filter((file) => /\.test\.tsx?$/.test(file))
  .map((file) => join('src', file));
const outdir = mkdtempSync(join(tmpdir(), 'support-bot-web-'));
try {
  await build({ entryPoints, outdir, bundle: true, format: 'esm', platform: 'node', outExtension: { '.js': '.mjs' }, plugins: [cssText] });
  const files = readdirSync(outdir, { recursive: true }).filter((file) => file.endsWith('.mjs')).map((file) => join(outdir, file));
  process.exitCode = spawnSync(process.execPath, ['--test', ...files], { stdio: 'inherit' }).status ?? 1;
} finally {
  rmSync(outdir, { recursive: true });
}
