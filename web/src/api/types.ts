// Written by `npm run generate` from openapi.json. Change the API, not this file.

/** Who has signed in. */
export interface AgentData {
  name: string;
}

/** Who wants to draft. Without key and secret, whoever's token is sent goes on with another one. */
export interface AgentSessionRequest {
  /** An agent's own: it begins with agent_. */
  key?: string;
  /** That Front puts in the plugin's address. */
  auth_secret?: string;
  /** Who Front says its user is: they are counted by it, and nothing else rests on it. */
  agent?: string;
}

/** A token to send as `Authorization: Bearer`. */
export interface AgentToken {
  token: string;
  /** Seconds. */
  expires_in: number;
  agent: AgentData;
}

/** A question. */
export interface ChatRequest {
  /** What the asker typed: at most 2,000 characters. */
  message: string;
  /** Comes back with the answer; names a conversation of this asker alone. */
  conversation_id?: string | null;
  /** The conversation before this message, oldest first. At most ten turns are read. */
  history?: HistoryTurn[];
  /** The asker's language as a BCP 47 tag, for a question whose words do not tell it. */
  locale?: string;
  /** The product that is asked about, as articles name it: those about others are put back, not left out. */
  product?: string;
}

/** A claim tied to the words that support it; offsets are Unicode code points. */
export interface CitationData {
  n: number;
  /** The document's id. */
  source: string;
  title: string;
  /** Leads to the passage. */
  url: string;
  section: string;
  /** On which the passage begins; null when its format has no pages. */
  page: number | null;
  /** The document's stored text from source_start to source_end. */
  quote: string;
  /** Of the whole answer's text; the claim without its mark. */
  answer_start: number;
  answer_end: number;
  /** Of the document's stored text. */
  source_start: number;
  source_end: number;
  updated: string;
  /** Since when the article's source cannot be read, so that this is its last good version: ISO 8601, empty while it can. */
  stale_since?: string;
  verified: boolean;
}

/** What the draft replies to. */
export interface CustomerProblemData {
  /** As the customer wrote it, without what their mail program added; may be empty. */
  text: string;
  /** Where it stands. */
  message_ids: string[];
  /** That the customer writes in, as a BCP 47 tag; empty when unknown. */
  language: string;
  /** The name that the draft greets; empty for none. */
  customer: string;
}

/** The next piece of text, with `[n]` marks. */
export interface DeltaData {
  text: string;
}

/** The last event, exactly once. */
export interface DoneData {
  status: "complete" | "partial" | "interrupted" | "truncated";
  usage: UsageData;
  /** US dollars. */
  cost: number;
  ms: Milliseconds;
}

/** The first event: the names of what follows. */
export interface DraftMeta {
  v?: 1;
  conversation_id: string;
  message_id: string;
  trace_id: string;
  draft_id: string;
}

/** A ticket whose reply is to be drafted, or that is to be summed up. */
export interface DraftRequest {
  host?: "zendesk" | "chatwoot" | "front" | "generic";
  ticket_id?: string;
  subject?: string;
  /** The requester's name, whom the draft greets. */
  customer?: string;
  /** Oldest first. */
  messages?: TicketMessageData[];
  /** Chatwoot's: its conversation is read from there. */
  account_id?: number | null;
  /** Of that account. */
  conversation_id?: number | null;
  /** The asker's language as a BCP 47 tag, for a question whose words do not tell it. */
  locale?: string;
  /** The product that is asked about, as articles name it: those about others are put back, not left out. */
  product?: string;
  /** How the draft is to be, unlike the one that is sent along. */
  style?: "" | "shorter" | "longer" | "friendlier" | "formal";
  /** That is to be written in this style. */
  draft?: string;
  /** The agent's own, to the articles: the ticket is only its context. */
  question?: string;
}

/** What has become of a draft. */
export interface FateRequest {
  fate: "inserted" | "copied" | "noted" | "discarded";
  /** As it was sent, if known: only how far it is from the draft is kept. */
  text?: string;
  rating?: "up" | "down" | null;
}

/** What an asker says of an answer. */
export interface FeedbackRequest {
  message_id: string;
  rating: "up" | "down";
  reason?: "wrong" | "outdated" | "did_not_answer" | "hard_to_follow" | null;
  comment?: string;
}

/** A person is offered, or asked for. */
export interface HandoffData {
  /** `form`: by /api/v1/handoff; `url`: at that address; `agent`: as the site that shows it has it. */
  kind: "form" | "url" | "agent";
  /** Where to reach a person; null when the site has set no address. */
  url: string | null;
  reason: "asked" | "no_answer" | "refused" | "degraded";
}

/** What an asker sends to a person. */
export interface HandoffRequest {
  /** Where the person replies. */
  email: string;
  name?: string;
  /** In the asker's own words. */
  message: string;
  /** Of this asker's: what is kept of it goes along. Without one a new conversation holds the handoff. */
  conversation_id?: string | null;
}

/** What has become of a handoff. */
export interface HandoffStatus {
  handoff_id: string;
  conversation_id: string;
  /** `waiting`: kept, and tried until it is delivered. */
  status: "waiting" | "delivered";
  /** The ticket's number; empty while it waits, or where the other side names none. */
  ticket: string;
  /** When a person replies, in the site's own words; empty when it does not say. */
  reply_time: string;
}

/** An earlier message of the conversation. */
export interface HistoryTurn {
  role: "user" | "assistant";
  text: string;
}

/** The first event: the version of this protocol and the names of what follows. */
export interface Meta {
  v?: 1;
  conversation_id: string;
  message_id: string;
  trace_id: string;
}

/** How long it took. */
export interface Milliseconds {
  /** Until the first text; null when there was none. */
  first_token: number | null;
  total: number;
}

/** What an asker is about to send to a person. */
export interface NearestRequest {
  message: string;
  /** The asker's language as a BCP 47 tag, for a question whose words do not tell it. */
  locale?: string;
  /** The product that is asked about, as articles name it: those about others are put back, not left out. */
  product?: string;
}

/** A private note to be written into a conversation. */
export interface NoteRequest {
  host: "chatwoot";
  account_id: number;
  conversation_id: number;
  text: string;
}

/** A private note that has been written. */
export interface NoteWritten {
  message_id: string;
}

/** What OpenAI's clients show of an error: a member that problems below /v1 carry besides. */
export interface OpenAIError {
  message: string;
  type?: string;
  code: string;
  param?: string | null;
}

/** What went wrong and what to do about it. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  retryable?: boolean;
  error?: OpenAIError | null;
}

/** A sentence of a summary tied to the message that it comes from. */
export interface ReferenceData {
  /** The mark `[n]` in the text. */
  n: number;
  message_id: string;
  /** The message's words that say so. */
  quote: string;
}

/** Who wants to ask. */
export interface SessionRequest {
  /** The key in the page: it begins with pk_. */
  site_key: string;
  /** What the website's backend has signed for its customer. */
  proof?: string;
  /** Of the visitor whose token is sent: the conversation that the customer takes along. */
  conversation_id?: string;
}

/** A token to send as `Authorization: Bearer`. */
export interface SessionToken {
  token: string;
  /** Seconds. */
  expires_in: number;
  kind: "visitor" | "customer";
  /** Whose conversations are theirs: of a customer, `customer:` and the proof's sub. */
  owner: string;
}

/** An article's passage that the answer cites or, with `no_answer`, one of the nearest. */
export interface SourceData {
  n: number;
  /** The document's id: /sources/{id} shows it. */
  id: string;
  title: string;
  url: string;
  section: string;
  /** On which the passage begins; null when its format has no pages. */
  page: number | null;
  snippet: string;
  /** ISO date, empty when unknown. */
  updated: string;
  /** Since when the article's source cannot be read, so that this is its last good version: ISO 8601, empty while it can. */
  stale_since?: string;
  audience: "public" | "customer" | "internal";
}

/** Sources, always before the text that cites them. */
export interface SourcesData {
  sources: SourceData[];
}

/** What is being done now. */
export interface StatusData {
  stage: "searching" | "reading" | "writing" | "waiting" | "checking";
  /** While searching: the question that is searched for, made to stand alone. */
  detail: string;
}

/** A message of a ticket, as the helpdesk has it. */
export interface TicketMessageData {
  id: string;
  from: "customer" | "agent" | "note";
  text?: string;
  /** In place of the text, where the helpdesk has that. */
  html?: string;
  /** ISO 8601; it is only shown. */
  at?: string;
}

/** Tokens that the model's endpoint counted. */
export interface UsageData {
  input_tokens: number;
  cached_tokens: number;
  output_tokens: number;
}

/** How the question was settled. */
export interface VerdictData {
  outcome: "answered" | "partial" | "no_answer" | "clarify" | "refused" | "handoff";
  mode: "generated" | "extractive" | "pinned";
  /** The probability that the passages suffice. */
  confidence: number | null;
  /** Why the wanted mode was not possible; null when it was. */
  degraded: string | null;
  /** Whether the model wrote it for an earlier asker of the same. */
  cached?: boolean;
}

/** What the widget shows unless the page that holds it says otherwise. */
export interface WidgetConfig {
  title: string;
  /** A colour as #rrggbb. */
  accent: string;
  /** A BCP 47 tag, or `auto` for the browser's. */
  locale: string;
  /** Questions to begin with. */
  suggestions: string[];
  mode: "generated" | "extractive" | "pinned";
  /** How a person is reached, as in the event of this name. */
  handoff: "form" | "url" | "agent";
  /** Where, or else; empty when the site has set no address. */
  handoff_url: string;
  /** When a person replies, in the site's own words; empty when it does not say. */
  reply_time: string;
}
