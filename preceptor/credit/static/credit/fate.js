/* Keeps what the page says of the letter and of the file true, until both are settled. Without it, a reload does. */

const WAITS = [2000, 3000, 5000, 10000, 20000, 30000];

async function look() {
  const answer = await fetch(location.href, { redirect: "manual" });
  if (!answer.ok) return true;
  const now = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const line of document.querySelectorAll("[data-fate]")) {
    const words = now.querySelector(`[data-fate="${line.dataset.fate}"]`)?.textContent;
    if (words && words !== line.textContent) line.textContent = words;
  }
  return !now.querySelector("[data-unsettled]");
}

async function follow() {
  for (const wait of WAITS) {
    await new Promise((resolve) => setTimeout(resolve, wait));
    if (!document.hidden && (await look().catch(() => false))) return;
  }
}

if (document.querySelector("[data-unsettled]")) follow();
