// Gives a module that imports a style sheet its minified text.
import { readFile } from 'node:fs/promises';
import { transform } from 'esbuild';

export const cssText = {
  name: 'css-text',
  setup(build) {
    build.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      // A newer target than the scripts': older browsers skip what they do not know.
      const { code } = await transform(await readFile(path, 'utf8'), { loader: 'css', minify: true });
      return { contents: code.trim(), loader: 'text' };
    });
  },
};
