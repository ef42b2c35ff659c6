// Filters act as they are chosen; without this file the buttons do it. On a wide page the filters stand open, on a phone they are closed.
const box = document.querySelector(".facets__box");
const wide = window.matchMedia("(width >= 60rem)");

function fit() {
  box.open = wide.matches;
}

if (box) {
  fit();
  wide.addEventListener("change", fit);
}
for (const form of document.querySelectorAll("form[data-filters]")) {
  form.dataset.actsAtOnce = "";
  for (const button of form.querySelectorAll("[data-noscript]")) button.hidden = true;
  form.addEventListener("change", () => {
    if (wide.matches || form.classList.contains("cat__sort")) form.requestSubmit();
  });
  form.addEventListener("submit", () => {
    // Empty fields would only lengthen the address.
    for (const field of form.elements) if (field.name && field.value === "") field.disabled = true;
  });
}
