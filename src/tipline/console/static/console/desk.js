// Keeps the numbers of the piles as they are now, while somebody is looking. It asks only while the page is seen and its reader did
// something in the last minutes, so that it keeps no session alive that would end by itself. Without it the numbers are those of the page.
"use strict";

(() => {
  const EVERY = 20_000;
  const IDLE = 5 * 60_000;
  const piles = document.querySelector("nav[data-piles]");
  const news = document.querySelector("[data-desk-news]");
  if (!piles || !news) return;
  let known = null;
  let moved = Date.now();
  for (const name of ["pointerdown", "keydown", "scroll", "focus"]) addEventListener(name, () => (moved = Date.now()), { passive: true });

  const ask = async () => {
    if (document.hidden || Date.now() - moved > IDLE) return;
    const answer = await fetch(piles.dataset.piles, { headers: { Accept: "application/json" }, redirect: "error", credentials: "same-origin" });
    if (!answer.ok) return;
    const now = await answer.json();
    for (const [pile, number] of Object.entries(known || {})) {
      if (now[pile] === number) continue; // and keeps its words, such as "2,000 or more"
      news.hidden = false;
      const shown = piles.querySelector(`[data-pile="${pile}"] .count`);
      if (shown) shown.textContent = now[pile].toLocaleString("en");
    }
    known = now;
  };
  const again = () => ask().catch(() => {}); // the server may be away for a while
  again();
  setInterval(again, EVERY);
})();
