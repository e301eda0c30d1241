// The form needs none of this. It makes leaving quicker, the code easier to take along, and the proof of work that spares waiting.
"use strict";

// -- leaving: the page is replaced, so that "back" does not lead to it ------------------------------------------------
const exit = document.getElementById("exit");
function leave() {
  document.documentElement.hidden = true;
  location.replace(exit.href);
}
exit.addEventListener("click", (event) => {
  event.preventDefault();
  leave();
});
document.getElementById("exit-keys").hidden = false;
let escapes = [];
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  escapes = [...escapes.filter((at) => event.timeStamp - at < 3000), event.timeStamp];
  if (escapes.length >= 3) leave();
});
// a page that the browser kept shows nothing of what was typed or told
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

// -- the code ---------------------------------------------------------------------------------------------------------
const copy = document.getElementById("copy");
if (copy) {
  copy.parentElement.hidden = false;
  document.getElementById("print").addEventListener("click", () => print());
  copy.addEventListener("click", async () => {
    const code = document.getElementById("code");
    try {
      await navigator.clipboard.writeText(code.textContent);
    } catch {
      // without TLS browsers keep the clipboard back: the code is selected, and the old way tried
      getSelection().selectAllChildren(code);
      if (!document.execCommand("copy")) return;
    }
    document.getElementById("copied").textContent = copy.dataset.done;
  });
}

// -- proof of work: a number that makes SHA-256 of "TICKET:NUMBER" begin with enough zero bits --------------------------
const K = [];
for (let candidate = 2; K.length < 64; candidate += 1) {
  let prime = true;
  for (let divisor = 2; divisor * divisor <= candidate; divisor += 1) if (candidate % divisor === 0) prime = false;
  if (prime) K.push(((candidate ** (1 / 3) % 1) * 2 ** 32) | 0);
}
const START = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];
const words = new Int32Array(64);

// FIPS 180-4 §6.2.2, one block of 16 words onto a state; crypto.subtle is not there without TLS
function block(state, data, offset) {
  for (let i = 0; i < 16; i += 1) {
    const at = offset + i * 4;
    words[i] = (data[at] << 24) | (data[at + 1] << 16) | (data[at + 2] << 8) | data[at + 3];
  }
  const turn = (x, n) => (x >>> n) | (x << (32 - n));
  for (let i = 16; i < 64; i += 1) {
    const a = words[i - 15], b = words[i - 2];
    words[i] = (words[i - 16] + (turn(a, 7) ^ turn(a, 18) ^ (a >>> 3)) + words[i - 7] + (turn(b, 17) ^ turn(b, 19) ^ (b >>> 10))) | 0;
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i += 1) {
    const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K[i] + words[i]) | 0;
    const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g; g = f; f = e; e = (d + one) | 0; d = c; c = b; b = a; a = (one + two) | 0;
  }
  return [a + state[0], b + state[1], c + state[2], d + state[3], e + state[4], f + state[5], g + state[6], h + state[7]].map((x) => x | 0);
}

function firstWord(text) {
  const bytes = new TextEncoder().encode(text);
  const data = new Uint8Array(((bytes.length + 8) >> 6) * 64 + 64);
  data.set(bytes);
  data[bytes.length] = 0x80;
  new DataView(data.buffer).setUint32(data.length - 4, bytes.length * 8);
  let state = START;
  for (let offset = 0; offset < data.length; offset += 64) state = block(state, data, offset);
  return state[0] >>> 0;
}

const form = document.querySelector("form[data-bits]");
if (form) {
  const ticket = form.elements.ticket.value, most = 2 ** (32 - Number(form.dataset.bits));
  let number = 0;
  const work = () => {
    // a little at a time, so that typing is not held up
    for (const end = performance.now() + 8; performance.now() < end; number += 1) {
      if (firstWord(`${ticket}:${number}`) < most) {
        form.elements.work.value = String(number);
        return;
      }
    }
    setTimeout(work, 4);
  };
  work();
}
