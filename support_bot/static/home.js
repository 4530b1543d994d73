// Hands what is typed on the front page to the widget, and copies the snippet.
(() => {
  const form = document.getElementById('ask');
  const input = document.getElementById('question');
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const text = input.value.trim();
    if (!text) return;
    window.SupportBot('ask', text, { submit: true });
    input.value = '';
  });

  const copy = document.getElementById('copy');
  copy.addEventListener('click', async () => {
    await navigator.clipboard.writeText(document.getElementById('snippet').textContent);
    copy.textContent = 'Copied';
    setTimeout(() => { copy.textContent = 'Copy'; }, 2000);
  });

  // Calls made before the widget has loaded wait in its queue.
  window.SupportBot = window.SupportBot || function () { (window.SupportBot.q = window.SupportBot.q || []).push(arguments); };
})();
