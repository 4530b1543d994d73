// Leaves of the package marked what splits Markdown into tokens: we draw them ourselves, and what makes HTML of them
// cannot be shaken off, since its module builds and furnishes it as it loads.
import { readFile } from 'node:fs/promises';

export const markedLexer = {
  name: 'marked-lexer',
  setup(build) {
    build.onLoad({ filter: /marked\.esm\.js$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const found = /^(.*?)var \w+=class\{defaults=.*\bexport\{(.*)\};/s.exec(text);
      const lexer = /(\w+) as Lexer\b/.exec(found?.[2] ?? '')?.[1];
      if (!lexer) throw new Error(`${path} is built in another way than before: see which part of it makes HTML.`);
      return { contents: `${found[1]}export{${lexer} as Lexer};`, loader: 'js' };
    });
  },
};
