import type { StatusData } from '../api/types';
import { useTexts } from './texts';

/** One quiet line that says what is being done. */
export function Progress({ stage }: { stage: StatusData['stage'] }) {
  const texts = useTexts();
  return (
    <div class="progress" aria-hidden="true">
      {texts.text(stage)}
    </div>
  );
}
