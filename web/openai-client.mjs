// Asks a server with OpenAI's own JavaScript client, at once and streamed, and prints what came: node openai-client.mjs URL QUESTION
import OpenAI from 'openai';

const [url, question] = process.argv.slice(2);
const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'any' });
const asked = { model: 'support-bot', messages: [{ role: 'user', content: question }] };

const whole = await client.chat.completions.create(asked);
const chunks = [];
for await (const chunk of await client.chat.completions.create({ ...asked, stream: true })) chunks.push(chunk);

const choices = chunks.flatMap((chunk) => chunk.choices);
console.log(
  JSON.stringify({
    whole: whole.choices[0].message.content,
    citations: whole.citations,
    streamed: choices.map((choice) => choice.delta.content ?? '').join(''),
    finish: choices.at(-1).finish_reason,
    models: (await client.models.list()).data.map((model) => model.id),
  }),
);
