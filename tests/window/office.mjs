// A real office for a window to be set up with: `enterview` in a fresh folder, on plain HTTP on this machine.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { play, programs } from "../example.mjs";

/** An office that listens: with Asha, Priya and Femi and nothing else, or with the example month played into it. */
export async function office({ played = false } = {}) {
  const data = mkdtempSync(join(tmpdir(), "office-"));
  const enterview = (...args) => execFileSync(programs.office, [...args, "--data", data], { encoding: "utf8" }).split("\n")[0];
  if (played) play(data);
  else people(enterview);

  const server = spawn(programs.office, ["serve", "--plain", "--port", "0", "--data", data], { env: { ...process.env, RUST_LOG: "warn" }, stdio: ["ignore", "pipe", "inherit"] });
  const lines = createInterface({ input: server.stdout })[Symbol.asyncIterator]();
  const said = (await lines.next()).value ?? "";
  if (!said.startsWith("listening on")) throw new Error(`the office does not listen: ${said}`);
  return {
    code: (...holders) => enterview("enrol", ...holders.flatMap((name) => ["--for", name]), "--name", "tablet 1"),
    end: () => {
      server.kill();
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
