// `node first_tap.mjs FOLDER PIN VISITS`: the real window over a tablet's folder, from the start of its process to the first tap
// that it answers, to its list, and down that list. One JSON object on standard output; times in milliseconds, memory in KiB.
// What the driver itself takes for a question is in the times.
import { readdirSync, readFileSync } from "node:fs";
import { display, open, until } from "./driver.mjs";
import { programs } from "../example.mjs";

const [folder, pin, visits] = process.argv.slice(2);
const told = (pid, file) => readFileSync(`/proc/${pid}/${file}`, "utf8");
/** When a process began, by the clock of `Date.now()`: the system tells it in hundredths of a second since it was switched on. */
const began = (pid) => {
  const ticks = Number(told(pid, "stat").split(") ").at(-1).split(" ")[19]);
  return Date.now() - Number(readFileSync("/proc/uptime", "utf8").split(" ")[0]) * 1000 + ticks * 10;
};
const parent = (pid) => Number(told(pid, "stat").split(") ").at(-1).split(" ")[1]);
const own = (pid) => Number(told(pid, "status").match(/RssAnon:\s+(\d+)/)?.[1] ?? 0);
/** The processes that this one started, and those that they did. */
function under(pid) {
  const all = readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map(Number);
  const of = new Map();
  for (const one of all) {
    try {
      of.set(one, parent(one));
    } catch {
      // It has ended meanwhile.
    }
  }
  const found = [];
  for (let next = [pid]; next.length > 0; ) {
    next = [...of].filter(([, above]) => next.includes(above)).map(([one]) => one);
    found.push(...next);
  }
  return found;
}

const screen = await display();
const window = await open(programs.tablet, folder, screen.env);
try {
  const pid = window.pid();
  const start = began(pid);
  await window.click("#pin");
  const firstTap = Date.now() - start;
  await window.type("#pin", pin);
  const pressed = Date.now();
  await window.press("Open");
  await until("the first page", () => window.run("return document.querySelector('main.visits') !== null"), 120);
  const unlocked = Date.now();
  await until("every visit", () => window.run("return document.querySelectorAll('main.visits li, main.visits section.today').length >= arguments[0]", Number(visits)), 120);
  const listed = Date.now();
  const frames = await window.run(`
    const page = document.scrollingElement;
    return new Promise((over) => {
      const took = [];
      let last = performance.now();
      let step = 0;
      const frame = (now) => {
        took.push(now - last);
        last = now;
        if (step++ === 120) return over(took.slice(1));
        page.scrollTop = (page.scrollHeight * step) / 120;
        requestAnimationFrame(frame);
      };
      requestAnimationFrame(frame);
    });`);
  const sorted = frames.toSorted((a, b) => a - b);
  process.stdout.write(`${JSON.stringify({
    window_to_first_tap: firstTap,
    window_unlocks: unlocked - pressed,
    window_list: listed - pressed,
    window_scroll_median: sorted[sorted.length >> 1],
    window_scroll_worst: sorted.at(-1),
    window_memory: own(pid),
    window_memory_page: under(pid).map((one) => own(one)).reduce((all, one) => all + one, 0),
  })}\n`);
} finally {
  await window.kill().catch(() => {}); // It has ended by itself.
  screen.end();
}
