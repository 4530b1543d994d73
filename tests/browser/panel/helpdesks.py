"""Turn an address of the panel into the page of a helpdesk that holds it, which speaks as that helpdesk's page does.

A page keeps its ticket in `window.ticket` as the helpdesk has it, and says what came of a draft in `#editor`.
`silent` makes it answer nothing, and `window.seen` holds what the panel sent.
"""

import json
import re
from pathlib import Path
from typing import Any

ARTICLE = Path(__file__).parents[3] / "knowledge" / "articles" / "panel-in-your-own-tool.md"
QUESTION = "How long do I have to return something that I ordered?"

_FRAME = """
<h1>Ticket</h1>
<div id="editor" contenteditable="true" aria-label="Reply"></div>
<iframe id="panel" name="panel" title="Support Bot" width="320" height="640" src="PANEL_ADDRESS"></iframe>
<script>
const PANEL = 'PANEL_ORIGIN';
const frame = document.getElementById('panel');
const editor = document.getElementById('editor');
window.ticket = TICKET;
window.silent = SILENT;
window.seen = [];
const heard = (listener) => addEventListener('message', (event) => {
  if (event.source !== frame.contentWindow || event.origin !== PANEL) return;
  window.seen.push(event.data);
  if (!window.silent) listener(event);
});
"""

# The messages are those of zendesk_app_framework_sdk 2.0.11, lib/client.js: `iframe.handshake` is answered by
# `zaf.app.registered`; `get` and `invoke` have an id, and their answers a result, whose `errors` are by path. What a
# path holds is developer.zendesk.com's, under apps-support-api: ticket.conversation is a list of {author: {name, role},
# channel: {name}, message: {content, contentType}, timestamp}, channel "internal" for a note.
_ZENDESK = """
const say = (message) => frame.contentWindow.postMessage(JSON.stringify(message), PANEL);
window.tell = (name, message = {}) => say({ key: 'zaf.' + name, message });
window.scheme = 'light';
const values = () => window.ticket && {
  'ticket.id': window.ticket.id, 'ticket.subject': window.ticket.subject,
  'ticket.requester': { name: window.ticket.customer, locale: 'en-GB' },
  'ticket.description': window.ticket.messages[0]?.text,
  ...window.ticket.only_described ? {} : { 'ticket.conversation': window.ticket.messages.map((message) => ({
    author: { name: message.from, role: message.from === 'customer' ? 'end-user' : 'agent' },
    channel: { name: message.from === 'note' ? 'internal' : 'web' },
    message: { content: message.html ?? message.text, contentType: message.html ? 'text/html' : 'text/plain' },
    timestamp: message.at,
  })) },
};
const got = (paths) => {
  const locale = window.ticket?.agent_locale ?? 'en-GB';
  const held = { 'currentUser.locale': locale, colorScheme: window.scheme, ...values() };
  const result = { errors: {} };
  for (const path of paths) {
    if (path in held) result[path] = held[path];
    else result.errors[path] = { name: 'Error', message: 'No such Api', path };
  }
  return result;
};
heard((event) => {
  const { key, id, request, params } = JSON.parse(event.data);
  const registered = { metadata: { appId: 1 }, context: { location: 'ticket_sidebar' } };
  if (key === 'iframe.handshake') window.tell('app.registered', registered);
  if (request === 'get') say({ id, result: got(params) });
  if (request !== 'invoke') return;
  const inserted = params['ticket.editor.insert'];
  if (inserted && window.deaf) return;
  if (inserted) editor.append(document.createRange().createContextualFragment(inserted[0]));
  say({ id, result: {} });
});
window.changed = () => window.tell('ticket.conversation.changed', {});
"""

# As app/javascript/dashboard/components/widgets/DashboardApp/Frame.vue of chatwoot/chatwoot has it at 0008fca5: a JSON
# string to any origin when the frame has loaded and whenever it asks; `theme` is in specs/Frame.spec.js at a492597c.
_CHATWOOT = """
const TYPES = { customer: 0, agent: 1, note: 1 };
window.theme = 'light';
window.changed = () => {
  const { ticket } = window;
  const messages = ticket && ticket.messages.map(({ id, from, text, html, at }) => ({
    id: Number(id), content: text ?? html, message_type: TYPES[from], private: from === 'note',
    created_at: Date.parse(at) / 1000,
  }));
  const data = {
    conversation: ticket ? { id: Number(ticket.id), account_id: 1, messages, meta: { sender: { id: 2 } } } : undefined,
    contact: { id: 2, name: ticket?.customer, email: 'ada@example.com' },
    currentAgent: { id: 3, name: 'Grace', email: 'grace@example.com' },
    customAttributes: [],
    theme: window.theme,
  };
  frame.contentWindow.postMessage(JSON.stringify({ event: 'appContext', data }), '*');
};
heard((event) => event.data === 'chatwoot-dashboard-app:fetch-info' && window.changed());
frame.addEventListener('load', () => window.silent || window.changed());
"""

# The messages are those of @frontapp/plugin-sdk 1.10.0, dist/index.es.js: a port comes with the handshake, and takes
# `context_update` and `function_result`; a function's arity counts its cancel token. What the context holds is
# @frontapp/ui-bridge's dist/internal/contextTypesV2.d.ts, and dates are dates.
_FRONT = """
let port = null;
const contact = (name) => ({ handle: 'x@example.com', name, contact: undefined, type: 'email' });
const teammate = { id: 'tea_1', email: 'grace@example.com', name: 'Grace', username: 'grace' };
window.drafts = {};
window.changed = () => {
  const { ticket } = window;
  const conversation = ticket && {
    id: ticket.id, type: 'email', status: 'open', subject: ticket.subject, recipient: contact(ticket.customer),
    draftId: ticket.draft, inboxes: [], tags: [], topics: [], links: [], assignee: undefined, blurb: undefined,
  };
  const functionArities = { listMessages: 2, listComments: 2, createDraft: 2, fetchDraft: 2, updateDraft: 3 };
  const type = ticket ? 'singleConversation' : 'noConversation';
  const always = { id: 'ctx_1', functionArities, teammate, preferences: {}, authentication: {} };
  const context = { ...always, type, conversation };
  port.postMessage({ type: 'context_update', context });
};
const shown = () => { editor.innerHTML = Object.values(window.drafts).map(({ content }) => content.body).join(''); };
const FUNCTIONS = {
  listMessages: () => {
    const mails = window.ticket.messages.filter(({ from }) => from !== 'note');
    const results = mails.map(({ id, from, text, html, at }) => ({
      id, subject: window.ticket.subject, date: new Date(at), status: from === 'customer' ? 'inbound' : 'outbound',
      content: { body: html ?? text, type: html ? 'html' : 'text', attachments: [] },
      from: contact(from), replyTo: undefined, to: [], cc: undefined, bcc: undefined,
    }));
    return { results, nextPageToken: undefined };
  },
  listComments: () => ({ results: [], nextPageToken: undefined }),
  createDraft: ({ content }) => {
    window.drafts.dra_1 = { id: 'dra_1', content };
    shown();
    return window.drafts.dra_1;
  },
  fetchDraft: (id) => window.drafts[id],
  updateDraft: (id, { updateMode, content }) => {
    const before = updateMode === 'insert' ? window.drafts[id].content.body : '';
    window.drafts[id].content = { ...content, body: before + content.body };
    shown();
  },
};
heard((event) => {
  if (event.data !== '@frontapp/ui-sdk#WebViewBridge.handshake') return;
  port = event.ports[0];
  port.onmessage = ({ data: { type, id, name, args } }) => {
    if (type !== 'function_call') return;
    if (name in FUNCTIONS) port.postMessage({ type: 'function_result', id, value: FUNCTIONS[name](...args) });
    else port.postMessage({ type: 'function_error', id, error: 'no such function: ' + name });
  };
  window.changed();
});
"""

# With signed URLs, Zendesk opens an app by a form whose field `token` it has signed.
_SIGNED = """
<form id="signed" method="post" action="PANEL_ADDRESS" target="panel">
<input type="hidden" name="token" value="TOKEN">
</form>
<script>document.getElementById('signed').submit();</script>
"""

_PAGES = {"zendesk": _ZENDESK, "chatwoot": _CHATWOOT, "front": _FRONT}


def ticket(*said: str, **changes: Any) -> dict[str, Any]:
    """Return a ticket in which the customer said this, else asked the usual."""
    texts = said or (QUESTION,)
    messages = [
        {"id": str(place), "from": "customer", "text": text, "at": f"2026-03-02T09:00:{place % 60:02}Z"}
        for place, text in enumerate(texts, start=1)
    ]
    return {"id": "7", "subject": "My order", "customer": "Ada", "messages": messages} | changes


def page_of(
    helpdesk: str, *, panel: str, origin: str, opened: dict[str, Any] | None, silent: bool = False, proof: str = ""
) -> str:
    """Return the body of the helpdesk's page, with the panel of a server in it and this ticket open.

    The proof is what the helpdesk lets its agent in by: Zendesk's signed token, or the secret of Front's plugin.
    """
    if helpdesk == "generic":
        return own_tool(panel, opened=opened, silent=silent)
    query = {
        "zendesk": f"&origin={origin}&app_guid=app-1",
        "front": f"&auth_secret={proof}",
        "chatwoot": "",
    }[helpdesk]
    address = f"{panel}/panel?host={helpdesk}{query}"
    signed = _SIGNED.replace("PANEL_ADDRESS", address).replace("TOKEN", proof) if helpdesk == "zendesk" else ""
    frame = (
        _FRAME.replace("PANEL_ADDRESS", "about:blank" if signed else address)
        .replace("PANEL_ORIGIN", panel)
        .replace("TICKET", script_text(opened))
        .replace("SILENT", script_text(silent))
    )
    return f"{frame}{_PAGES[helpdesk]}</script>{signed}"


def own_tool(panel: str, *, opened: dict[str, Any] | None, silent: bool = False) -> str:
    """Return the example page of the article about tools of one's own, as it stands there, with this ticket."""
    example = re.search(r"```html\n(.+?)```", ARTICLE.read_text(encoding="utf-8"), re.DOTALL)
    assert example is not None
    body = example[1].replace("https://help.example.com", panel)
    given = f"let ticket = {script_text(opened)};"
    body, count = re.subn(r"let ticket = \{.+?\n  \};", lambda _: given, body, flags=re.DOTALL)
    assert count == 1
    page = body.replace('id="reply"', 'id="editor"').replace("getElementById('reply')", "getElementById('editor')")
    if silent:
        return page.replace("window.addEventListener('message'", "void ('message'")
    change = "  window.ticket = ticket;\n  window.changed = () => { ticket = window.ticket; open(); };\n"
    return page.replace("</script>", f"{change}</script>")


def script_text(value: Any) -> str:
    """Return a value as a script has it, whatever stands in its texts."""
    return json.dumps(value).replace("<", "\\u003c")
