// The pages work without this. It replaces the parts of a page that say so (data-live) by how they are now, every few seconds while somebody looks, and lets a checkbox select all others.
"use strict";

const every = 5000;

async function renew() {
  const live = document.querySelectorAll("[data-live]");
  if (document.hidden || live.length === 0) return;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" }, redirect: "error" });
    if (!answer.ok) throw new Error(answer.status);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of live) {
      const now = page.getElementById(part.id);
      // Who is writing or choosing something is not interrupted.
      if (now && !part.contains(document.activeElement) && !part.querySelector("details[open], input:checked") && part.innerHTML !== now.innerHTML) part.innerHTML = now.innerHTML;
    }
    document.documentElement.removeAttribute("data-stale");
  } catch {
    document.documentElement.setAttribute("data-stale", "");
  }
}

setInterval(renew, every);
document.addEventListener("visibilitychange", renew);

document.addEventListener("change", event => {
  if (!(event.target instanceof HTMLInputElement) || !event.target.matches("[data-selects]")) return;
  for (const box of document.querySelectorAll(`input[name="${CSS.escape(event.target.dataset.selects)}"]`)) box.checked = event.target.checked;
});
