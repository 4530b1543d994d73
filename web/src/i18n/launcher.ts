// The few texts that the launcher shows before the conversation is loaded.
import type { Locale } from './locale';

/** What it is, that answers came while it was closed, and that it cannot be reached. */
type LauncherTexts = readonly [help: string, unread: string, failed: string];

export const LAUNCHER_TEXTS: Record<Locale, LauncherTexts> = {
  en: ['Help', 'unread', 'Help is not available now'],
  'zh-Hant': ['說明', '未讀', '說明暫時無法使用'],
  'zh-Hans': ['帮助', '未读', '帮助暂时无法使用'],
  de: ['Hilfe', 'ungelesen', 'Hilfe ist gerade nicht verfügbar'],
  ar: ['المساعدة', 'غير مقروء', 'المساعدة غير متاحة الآن'],
};
