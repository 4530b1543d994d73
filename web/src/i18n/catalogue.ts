// Every text of the conversation, as a type, so that a language that lacks one does not compile.

/** One text for each plural category that the language has. */
export type Plural = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };

export interface Catalogue {
  subtitle: string;
  greeting: string;
  introduction: string;
  suggestions: string;
  placeholder: string;
  question: string;
  send: string;
  stop: string;
  close: string;
  newConversation: string;
  latest: string;
  youAsked: string;
  answer: string;
  conversation: string;
  searching: string;
  reading: string;
  writing: string;
  waiting: string;
  checking: string;
  answerReady: Plural;
  backedBy: Plural;
  partly: string;
  notCovered: string;
  quoted: string;
  translated: string;
  sources: string;
  nearest: string;
  person: string;
  source: string;
  page: string;
  updated: string;
  openArticle: string;
  newTab: string;
  copy: string;
  copied: string;
  helpful: string;
  notHelpful: string;
  whatWasWrong: string;
  wrong: string;
  outdated: string;
  didNotAnswer: string;
  hardToFollow: string;
  comment: string;
  sendFeedback: string;
  thanks: string;
  notSent: string;
  stopped: string;
  interrupted: string;
  truncated: string;
  askAgain: string;
  retry: string;
  editQuestion: string;
  offline: string;
  unreachable: string;
  serverError: string;
  rateLimited: Plural;
  rateLimitOver: string;
  refused: string;
  unproved: string;
  charactersLeft: Plural;
  charactersOver: Plural;
}
