// A real office for a window to be set up with: `enterview` in a fresh folder, on plain HTTP on this machine.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { play, programs } from "../example.mjs";

/** The month as it stands before anybody goes out: all is planned, for today and the days after, and nothing is written. */
function before(month) {
  const day = (n) => new Date(Date.now() + n * 86_400_000).toLocaleDateString("sv");
  const visits = month.visits.map((visit, n) => ({ ...visit, entries: [], sessions: [`${day(n)} morning`] }));
  return { ...month, visits, outreach: [], presentations: [] };
}

/** An office that listens: with Asha, Priya and Femi and nothing else; with the example month planned; or with all of it played into it. */
export async function office({ played = false, planned = false } = {}) {
  const data = mkdtempSync(join(tmpdir(), "office-"));
  const enterview = (...args) => execFileSync(programs.office, [...args, "--data", data], { encoding: "utf8" }).split("\n")[0];
  const password = played || planned ? play(data, planned ? before : undefined).password : "";
  if (!password) people(enterview);

  const server = spawn(programs.office, ["serve", "--plain", "--port", "0", "--data", data], { env: { ...process.env, RUST_LOG: "warn" }, stdio: ["ignore", "pipe", "inherit"] });
  const lines = createInterface({ input: server.stdout })[Symbol.asyncIterator]();
  const said = (await lines.next()).value ?? "";
  if (!said.startsWith("listening on")) throw new Error(`the office does not listen: ${said}`);
  const base = said.match(/listening on (\S+)/)[1];
  return {
    /** The words of an office page that somebody opens by these links, one after the other, beginning at the desk. */
    reads: (name, ...links) => reads(base, name, password, links),
    base,
    code: (...holders) => enterview("enrol", ...holders.flatMap((name) => ["--for", name]), "--name", "tablet 1"),
    /** A code for a tablet that reaches the office by another address. */
    codeBy: (address, ...holders) => enterview("enrol", ...holders.flatMap((name) => ["--for", name]), "--name", "tablet 1", "--address", address),
    end: async () => {
      const gone = once(server, "exit");
      server.kill();
      await gone;
      rmSync(data, { recursive: true, force: true });
    },
  };
}

function people(enterview) {
  enterview("org", "add", "--name", "Sutton LINk", "--scheme", "link-2008", "--host", "Sutton CVS");
  enterview("person", "add", "--name", "Priya Nair", "--role", "host officer");
  enterview("person", "add", "--name", "Femi Adewale", "--role", "safeguarding lead", "--phone", "020 7946 0123");
  enterview("person", "add", "--name", "Asha Patel", "--role", "authorised representative", "--check-seen", "2026-01-12",
    "--seen-by", "Priya Nair", "--valid-until", "2029-03-01", "--trained", "2026-01-20");
}

/** Signs somebody in and follows the first link of each of these words; no browser is needed for pages without script. */
async function reads(base, name, password, links) {
  const cookies = new Map();
  const ask = async (path, how = {}) => {
    const headers = { cookie: [...cookies].map((pair) => pair.join("=")).join("; "), origin: base };
    const reply = await fetch(new URL(path, base), { redirect: "manual", ...how, headers });
    for (const line of reply.headers.getSetCookie()) cookies.set(...line.split(";")[0].split(/=(.*)/s).slice(0, 2));
    const on = reply.headers.get("location");
    return on ? ask(on) : reply.text();
  };
  const form = await ask("/sign-in");
  const fields = [...form.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)].map((m) => [m[1], m[2]]);
  let page = await ask("/sign-in", { method: "POST", body: new URLSearchParams([...fields, ["name", name], ["password", password]]) });
  for (const words of links) {
    const link = page.match(new RegExp(`<a[^>]*href="([^"]+)"[^>]*>[^<]*${words}`));
    if (!link) throw new Error(`no link says ${words}: ${page.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ")}`);
    page = await ask(link[1].replaceAll("&#x2f;", "/").replaceAll("&amp;", "&"));
  }
  return wordsOf(page);
}

/** The words of a page. */
function wordsOf(page) {
  const marks = { amp: "&", lt: "<", gt: ">", quot: '"' };
  return page.replace(/<[^>]*>/g, " ").replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (all, hex, number, name) => (name ? (marks[name] ?? all) : String.fromCodePoint(hex ? parseInt(hex, 16) : Number(number)))).replace(/\s+/g, " ");
}
