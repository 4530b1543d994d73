// What the samples say, in each language that the widget speaks.
import type { Locale } from '../i18n/locale';

interface Article {
  title: string;
  section: string;
  quote: string;
}

export interface Sayings {
  title: string;
  suggestions: readonly [string, string, string];
  question: string;
  /** Cites the returns twice or more, and the refunds last. */
  answer: string;
  returns: Article;
  refunds: Article;
  outside: string;
  noAnswer: string;
  clarifying: string;
  declined: string;
  handedOver: string;
}

export const SAYINGS: Record<Locale, Sayings> = {
  en: {
    title: 'Acme Help',
    suggestions: ['How do I return something I ordered?', 'Where is my parcel?', 'How do I change my delivery address?'],
    question: 'How do I return something I ordered?',
    answer:
      'You can return most items within 30 days of delivery. [1]\n\n1. Open **Orders** and choose the order. [1]\n2. Select **Return items**, then print the label. [1]\n3. Drop the parcel off at any pickup point. [1]\n\nThe money is back on your card within five working days after the parcel arrives. [2]',
    returns: { title: 'Return an item', section: 'How long do I have?', quote: 'Most items can be returned within 30 days of the day on which they were delivered.' },
    refunds: { title: 'When refunds arrive', section: 'Refund times by payment method', quote: 'Card payments are refunded within five working days after the parcel arrives.' },
    outside: 'Do you deliver to the Moon?',
    noAnswer: 'I could not find an answer to this in the help articles.',
    clarifying: 'Is this about an order that has arrived, or one that is still on its way?',
    declined: 'I can only help with questions about Acme.',
    handedOver: 'A person can help you with this. They answer on working days from 9:00 to 17:00.',
  },
  'zh-Hant': {
    title: '艾克美說明中心',
    suggestions: ['買的東西要怎麼退？', '我的包裹到哪裡了？', '怎麼更改送貨地址？'],
    question: '買的東西要怎麼退？',
    answer:
      '大部分商品可在送達後 30 天內退貨。[1]\n\n1. 開啟「**訂單**」，選擇要退的訂單。[1]\n2. 選擇「**退貨**」，列印寄件標籤。[1]\n3. 把包裹送到任一取貨點。[1]\n\n包裹送達後五個工作天內，款項會退回您的信用卡。[2]',
    returns: { title: '退貨說明', section: '退貨期限與步驟', quote: '大部分商品自送達日起 30 天內可以退貨。' },
    refunds: { title: '退款何時入帳', section: '各種付款方式的退款時間', quote: '以信用卡付款者，包裹送達後五個工作天內退款。' },
    outside: '你們送貨到月球嗎？',
    noAnswer: '在說明文章中找不到這個問題的答案。',
    clarifying: '您問的是已經送達的訂單，還是仍在配送中的訂單？',
    declined: '我只能回答與艾克美有關的問題。',
    handedOver: '這個問題可以由專人協助，服務時間為工作日 9:00 至 17:00。',
  },
  'zh-Hans': {
    title: '艾克美帮助中心',
    suggestions: ['买的东西怎么退？', '我的包裹到哪里了？', '怎么修改收货地址？'],
    question: '买的东西怎么退？',
    answer:
      '大部分商品可在送达后 30 天内退货。[1]\n\n1. 打开“**订单**”，选择要退的订单。[1]\n2. 选择“**退货**”，打印寄件标签。[1]\n3. 把包裹送到任一取货点。[1]\n\n包裹送达后五个工作日内，款项会退回您的信用卡。[2]',
    returns: { title: '退货说明', section: '退货期限与步骤', quote: '大部分商品自送达之日起 30 天内可以退货。' },
    refunds: { title: '退款何时到账', section: '各种付款方式的退款时间', quote: '使用信用卡付款的，包裹送达后五个工作日内退款。' },
    outside: '你们送货到月球吗？',
    noAnswer: '在帮助文章中找不到这个问题的答案。',
    clarifying: '您问的是已经送达的订单，还是仍在配送中的订单？',
    declined: '我只能回答与艾克美有关的问题。',
    handedOver: '这个问题可以由客服人员协助，服务时间为工作日 9:00 至 17:00。',
  },
  de: {
    title: 'Acme Hilfe',
    suggestions: ['Wie sende ich eine Bestellung zurück?', 'Wo ist mein Paket?', 'Wie ändere ich meine Lieferadresse?'],
    question: 'Wie sende ich etwas zurück, das ich bestellt habe?',
    answer:
      'Die meisten Artikel können Sie innerhalb von 30 Tagen nach der Lieferung zurücksenden. [1]\n\n1. Öffnen Sie **Bestellungen** und wählen Sie die Bestellung. [1]\n2. Wählen Sie **Artikel zurücksenden** und drucken Sie das Rücksendeetikett. [1]\n3. Geben Sie das Paket an einer Abholstelle ab. [1]\n\nInnerhalb von fünf Werktagen nach der Ankunft des Pakets ist das Geld wieder auf Ihrer Karte. [2]',
    returns: { title: 'Einen Artikel zurücksenden', section: 'Wie viel Zeit habe ich?', quote: 'Die meisten Artikel können innerhalb von 30 Tagen nach dem Tag der Lieferung zurückgesandt werden.' },
    refunds: { title: 'Wann Rückerstattungen ankommen', section: 'Rückerstattungszeiten nach Zahlungsart', quote: 'Kartenzahlungen werden innerhalb von fünf Werktagen nach Ankunft des Pakets erstattet.' },
    outside: 'Liefern Sie auf den Mond?',
    noAnswer: 'In den Hilfeartikeln habe ich dazu keine Antwort gefunden.',
    clarifying: 'Geht es um eine Bestellung, die schon da ist, oder um eine, die noch unterwegs ist?',
    declined: 'Ich kann nur bei Fragen zu Acme helfen.',
    handedOver: 'Dabei kann Ihnen ein Mensch helfen: werktags von 9 bis 17 Uhr.',
  },
  ar: {
    title: 'مساعدة أكمي',
    suggestions: ['كيف أعيد منتجًا طلبته؟', 'أين طردي؟', 'كيف أغيّر عنوان التوصيل؟'],
    question: 'كيف أعيد منتجًا طلبته؟',
    answer:
      'يمكنك إرجاع معظم المنتجات خلال 30 يومًا من التسليم. [1]\n\n1. افتح **الطلبات** واختر الطلب. [1]\n2. اختر **إرجاع المنتجات** ثم اطبع الملصق. [1]\n3. سلّم الطرد في أي نقطة استلام. [1]\n\nيعود المبلغ إلى بطاقتك خلال خمسة أيام عمل من وصول الطرد. [2]',
    returns: { title: 'إرجاع منتج', section: 'مدة الإرجاع وخطواته', quote: 'يمكن إرجاع معظم المنتجات خلال 30 يومًا من يوم التسليم.' },
    refunds: { title: 'متى يصل المبلغ المسترد', section: 'مواعيد الاسترداد حسب طريقة الدفع', quote: 'تُسترد مدفوعات البطاقات خلال خمسة أيام عمل من وصول الطرد.' },
    outside: 'هل توصّلون إلى القمر؟',
    noAnswer: 'لم أجد إجابة عن هذا السؤال في مقالات المساعدة.',
    clarifying: 'هل تسأل عن طلب وصل، أم عن طلب لا يزال في الطريق؟',
    declined: 'يمكنني المساعدة في الأسئلة المتعلقة بأكمي فقط.',
    handedOver: 'يمكن لأحد موظفينا مساعدتك في أيام العمل من 9:00 إلى 17:00.',
  },
};
