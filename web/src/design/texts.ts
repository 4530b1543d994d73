// Gives every component the texts of the reader's language.
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { catalogue } from '../i18n/en';
import { Texts } from '../i18n/texts';

export const TextsContext = createContext(new Texts(catalogue, 'en'));

export function useTexts(): Texts {
  return useContext(TextsContext);
}
