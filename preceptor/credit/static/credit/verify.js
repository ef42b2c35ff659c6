/* Lets a file be dropped on the form, or pasted. Without it, the button that chooses a file does. */

const form = document.querySelector("[data-drop]");

function take(files) {
  const field = form.querySelector("[type=file]");
  const held = new DataTransfer();
  held.items.add(files[0]);
  field.files = held.files;
  form.querySelector("textarea").value = "";
  form.requestSubmit();
}

const hasFile = (data) => [...(data?.types ?? [])].includes("Files");

if (form) {
  const words = form.querySelector("[data-drop-words]");
  words.hidden = false;
  for (const [name, over] of [["dragenter", true], ["dragover", true], ["dragleave", false], ["drop", false]]) {
    form.addEventListener(name, (event) => {
      if (!hasFile(event.dataTransfer)) return;
      event.preventDefault();
      form.classList.toggle("is-over", over);
      if (name === "drop" && event.dataTransfer.files.length) take(event.dataTransfer.files);
    });
  }
  // A file that misses the form must not replace the page.
  for (const name of ["dragover", "drop"]) addEventListener(name, (event) => hasFile(event.dataTransfer) && event.preventDefault());
  document.addEventListener("paste", (event) => {
    if (event.clipboardData?.files.length) take(event.clipboardData.files);
  });
}
