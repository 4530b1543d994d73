import { useTexts } from './texts';

interface SuggestionsProps {
  questions: readonly string[];
  onChoose: (question: string) => void;
}

export function Suggestions({ questions, onChoose }: SuggestionsProps) {
  const texts = useTexts();
  if (!questions.length) return null;
  return (
    <ul class="suggestions" aria-label={texts.text('suggestions')}>
      {questions.map((question) => (
        <li key={question}>
          <button type="button" dir="auto" onClick={() => onChoose(question)}>
            {question}
          </button>
        </li>
      ))}
    </ul>
  );
}
