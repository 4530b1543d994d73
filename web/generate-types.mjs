// Turns the API's OpenAPI description into TypeScript types; with --check fails when the file kept is not what it would write.
import { readFileSync, writeFileSync } from 'node:fs';

const source = new URL('openapi.json', import.meta.url);
const target = new URL('src/api/types.ts', import.meta.url);

const WANTED = [
  'AgentSessionRequest',
  'AgentToken',
  'ChatRequest',
  'CitationData',
  'CustomerProblemData',
  'DeltaData',
  'DoneData',
  'DraftMeta',
  'DraftRequest',
  'FateRequest',
  'FeedbackRequest',
  'HandoffData',
  'HandoffRequest',
  'HandoffStatus',
  'HistoryTurn',
  'Meta',
  'NearestRequest',
  'NoteRequest',
  'NoteWritten',
  'Problem',
  'ReferenceData',
  'SessionRequest',
  'SessionToken',
  'SourceData',
  'SourcesData',
  'StatusData',
  'TicketMessageData',
  'VerdictData',
  'WidgetConfig',
];

/** Returns the TypeScript type of a schema. */
function type(schema) {
  if (schema.$ref) return schema.$ref.split('/').at(-1);
  if ('const' in schema) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (schema.anyOf) return schema.anyOf.map(type).join(' | ');
  if (schema.type === 'array') return `(${type(schema.items)})[]`.replace(/^\((\w+)\)/, '$1');
  if (schema.type === 'integer') return 'number';
  if (['number', 'string', 'boolean', 'null'].includes(schema.type)) return schema.type;
  throw new Error(`openapi.json has a schema that generate-types.mjs does not know: ${JSON.stringify(schema)}`);
}

function field([name, schema], required) {
  const comment = schema.description ? `  /** ${schema.description} */\n` : '';
  return `${comment}  ${name}${required.includes(name) ? '' : '?'}: ${type(schema)};\n`;
}

function declaration(name, schema) {
  const fields = Object.entries(schema.properties).map((entry) => field(entry, schema.required ?? []));
  return `/** ${schema.description} */\nexport interface ${name} {\n${fields.join('')}}\n`;
}

/** Returns the names of every schema that a wanted one is made of, itself included. */
function needed(schemas) {
  const found = new Set();
  const waiting = [...WANTED];
  while (waiting.length) {
    const name = waiting.pop();
    if (!schemas[name]) throw new Error(`openapi.json has no schema ${name}. Write it again with the API's own command.`);
    if (found.has(name)) continue;
    found.add(name);
    waiting.push(...[...JSON.stringify(schemas[name]).matchAll(/#\/components\/schemas\/(\w+)/g)].map((match) => match[1]));
  }
  return [...found].sort();
}

const { schemas } = JSON.parse(readFileSync(source, 'utf8')).components;
const text = [
  '// Written by `npm run generate` from openapi.json. Change the API, not this file.\n',
  ...needed(schemas).map((name) => declaration(name, schemas[name])),
].join('\n');

if (process.argv.includes('--check')) {
  if (readFileSync(target, 'utf8') !== text) throw new Error('src/api/types.ts is stale. Run `npm run generate`.');
} else {
  writeFileSync(target, text);
}
