// Leaflet tries at its start whether the browser draws SVG, by one innerHTML of this very text. Pages of Tipline let no text become
// markup (require-trusted-types-for); this lets that one text, and refuses every other, which is an error in the console.
"use strict";

if (window.trustedTypes) {
  window.trustedTypes.createPolicy("default", { createHTML: (text) => (text === "<svg/>" ? text : null) });
}
