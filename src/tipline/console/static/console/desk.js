// Keeps the numbers of the piles as they are now, while somebody is looking. It asks only while the page is seen and its reader did
// something in the last minutes, so that it keeps no session alive that would end by itself. Without it the numbers are those of the page.
"use strict";

(() => {
  const EVERY = 20_000;
  const IDLE = 5 * 60_000;
  const piles = () => document.querySelector("nav[data-piles]");
  const news = document.querySelector("[data-desk-news]");
  if (!piles() || !news) return;
  const numbers = (nav) => [...nav.querySelectorAll(".count")].map((one) => one.textContent).join(" ");
  const first = numbers(piles());
  let moved = Date.now();
  for (const name of ["pointerdown", "keydown", "scroll", "focus"]) addEventListener(name, () => (moved = Date.now()), { passive: true });

  const ask = async () => {
    const now = piles();
    if (document.hidden || Date.now() - moved > IDLE || now.contains(document.activeElement)) return;
    const answer = await fetch(now.dataset.piles, { headers: { Accept: "text/html" }, redirect: "error", credentials: "same-origin" });
    if (!answer.ok) return;
    const came = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("nav[data-piles]");
    if (!came || numbers(came) === numbers(now)) return;
    now.replaceWith(document.adoptNode(came));
    news.hidden = numbers(came) === first;
  };
  setInterval(() => ask().catch(() => {}), EVERY); // the server may be away for a while
})();
