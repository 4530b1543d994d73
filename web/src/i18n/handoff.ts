// The texts of the form to a person, which is loaded when somebody wants one.
import type { Locale } from './locale';

export interface HandoffTexts {
  title: string;
  back: string;
  email: string;
  emailWrong: string;
  name: string;
  message: string;
  messageMissing: string;
  /** `{n}` questions of the conversation go along. */
  along: string;
  nothingAlong: string;
  nearest: string;
  send: string;
  sending: string;
  failed: string;
  offline: string;
  tooMany: string;
  sent: string;
  kept: string;
  ticket: string;
  reply: string;
  replyWithin: string;
}

export const HANDOFF_TEXTS: Record<Locale, HandoffTexts> = {
  en: {
    title: 'Write to a person',
    back: 'Back to the conversation',
    email: 'Your e-mail address',
    emailWrong: 'Please enter an e-mail address, such as name@example.com.',
    name: 'Your name (optional)',
    message: 'How can a person help?',
    messageMissing: 'Please write what this is about.',
    along: 'The conversation so far is sent along ({n})',
    nothingAlong: 'Nothing but what you write here is sent.',
    nearest: 'Perhaps one of these already helps',
    send: 'Send',
    sending: 'Sending…',
    failed: 'This could not be sent. Your message is kept; please try again.',
    offline: 'You are offline. Your message is kept; please send it when you are back.',
    tooMany: 'That was too much at once. Your message is kept; please try again in a while.',
    sent: 'Your message has been sent.',
    kept: 'We have your message and are passing it on.',
    ticket: 'Your ticket number is {ticket}.',
    reply: 'The reply comes to {email}.',
    replyWithin: 'The reply comes to {email}, {time}.',
  },
  de: {
    title: 'Einem Menschen schreiben',
    back: 'Zurück zur Unterhaltung',
    email: 'Ihre E-Mail-Adresse',
    emailWrong: 'Bitte geben Sie eine E-Mail-Adresse ein, etwa name@example.com.',
    name: 'Ihr Name (optional)',
    message: 'Wobei kann ein Mensch helfen?',
    messageMissing: 'Bitte schreiben Sie, worum es geht.',
    along: 'Die bisherige Unterhaltung wird mitgesendet ({n})',
    nothingAlong: 'Es wird nur gesendet, was Sie hier schreiben.',
    nearest: 'Vielleicht hilft schon einer dieser Artikel',
    send: 'Senden',
    sending: 'Wird gesendet…',
    failed: 'Das konnte nicht gesendet werden. Ihre Nachricht bleibt erhalten; bitte versuchen Sie es erneut.',
    offline: 'Sie sind offline. Ihre Nachricht bleibt erhalten; bitte senden Sie sie, sobald Sie wieder online sind.',
    tooMany: 'Das war zu viel auf einmal. Ihre Nachricht bleibt erhalten; bitte versuchen Sie es später erneut.',
    sent: 'Ihre Nachricht wurde gesendet.',
    kept: 'Wir haben Ihre Nachricht und leiten sie weiter.',
    ticket: 'Ihre Ticketnummer ist {ticket}.',
    reply: 'Die Antwort kommt an {email}.',
    replyWithin: 'Die Antwort kommt an {email}, {time}.',
  },
  'zh-Hant': {
    title: '寫信給專人',
    back: '返回對話',
    email: '您的電子郵件地址',
    emailWrong: '請輸入電子郵件地址，例如 name@example.com。',
    name: '您的姓名（選填）',
    message: '需要專人協助什麼？',
    messageMissing: '請寫下您的問題。',
    along: '會一併送出目前的對話（{n}）',
    nothingAlong: '只會送出您在這裡寫的內容。',
    nearest: '也許這些文章已有答案',
    send: '送出',
    sending: '傳送中…',
    failed: '無法送出。訊息已保留，請再試一次。',
    offline: '您目前離線。訊息已保留，恢復連線後請再送出。',
    tooMany: '傳送太頻繁了。訊息已保留，請稍後再試。',
    sent: '您的訊息已送出。',
    kept: '我們已收到您的訊息，正在轉交。',
    ticket: '您的案件編號是 {ticket}。',
    reply: '回覆會寄到 {email}。',
    replyWithin: '回覆會寄到 {email}（{time}）。',
  },
  'zh-Hans': {
    title: '写信给人工客服',
    back: '返回对话',
    email: '您的电子邮件地址',
    emailWrong: '请输入电子邮件地址，例如 name@example.com。',
    name: '您的姓名（选填）',
    message: '需要人工客服帮您什么？',
    messageMissing: '请写下您的问题。',
    along: '会一并发送目前的对话（{n}）',
    nothingAlong: '只会发送您在这里写的内容。',
    nearest: '也许这些文章已有答案',
    send: '发送',
    sending: '发送中…',
    failed: '无法发送。消息已保留，请再试一次。',
    offline: '您目前离线。消息已保留，恢复连接后请再发送。',
    tooMany: '发送太频繁了。消息已保留，请稍后再试。',
    sent: '您的消息已发送。',
    kept: '我们已收到您的消息，正在转交。',
    ticket: '您的工单编号是 {ticket}。',
    reply: '回复会发送到 {email}。',
    replyWithin: '回复会发送到 {email}（{time}）。',
  },
  ar: {
    title: 'راسل أحد موظفينا',
    back: 'العودة إلى المحادثة',
    email: 'بريدك الإلكتروني',
    emailWrong: 'يُرجى إدخال بريد إلكتروني مثل name@example.com.',
    name: 'اسمك (اختياري)',
    message: 'بماذا يمكن أن نساعدك؟',
    messageMissing: 'يُرجى كتابة موضوع رسالتك.',
    along: 'تُرسل المحادثة حتى الآن مع رسالتك ({n})',
    nothingAlong: 'لا يُرسل سوى ما تكتبه هنا.',
    nearest: 'ربما تجد الجواب في أحد هذه المقالات',
    send: 'إرسال',
    sending: 'جارٍ الإرسال…',
    failed: 'تعذّر الإرسال. رسالتك محفوظة، حاول مرة أخرى.',
    offline: 'أنت غير متصل. رسالتك محفوظة، أرسلها عند عودة الاتصال.',
    tooMany: 'طلبات كثيرة دفعة واحدة. رسالتك محفوظة، حاول بعد قليل.',
    sent: 'أُرسلت رسالتك.',
    kept: 'استلمنا رسالتك ونقوم بتحويلها.',
    ticket: 'رقم تذكرتك هو {ticket}.',
    reply: 'سيصل الرد إلى {email}.',
    replyWithin: 'سيصل الرد إلى {email}، {time}.',
  },
};
