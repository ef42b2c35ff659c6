/* Keeps the words of the button true to what is chosen. Without it, they name no amount. */
const form = document.querySelector("form[data-claim]");

/** The words that belong to what is chosen in a profession's panel. */
function wordsOf(profession) {
  const panel = form.querySelector(`[data-panel="${CSS.escape(profession)}"]`);
  const system = panel.querySelector("input[data-system]:checked");
  const scope = system ? panel.querySelector(`[data-choice="${CSS.escape(system.value)}"]`) : panel;
  return scope?.querySelector("input[data-words]:checked")?.dataset.words ?? system?.dataset.words;
}

function keepTrue() {
  const chosen = form.querySelector("input[name=profession]:checked");
  if (!chosen) return;
  const words = wordsOf(chosen.value);
  const label = form.querySelector(`[data-button="${CSS.escape(chosen.value)}"]`);
  if (words && label) label.textContent = words;
}

if (form) {
  form.addEventListener("change", keepTrue);
  window.addEventListener("pageshow", keepTrue);
  keepTrue();
}
