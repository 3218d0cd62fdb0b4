// Every sentence of the messages is said somewhere, so that whoever translates them translates nothing for nobody.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import ts from "typescript";

const ui = join(import.meta.dirname, "..");

/** The names of all sentences: `visit.empty`, `done`. */
function sentences() {
  const file = ts.createSourceFile("en.ts", readFileSync(join(ui, "messages/en.ts"), "utf8"), ts.ScriptTarget.Latest, true);
  const names = [];
  const walk = (object, above) => {
    for (const property of object.properties) {
      const name = above ? `${above}.${property.name.text}` : property.name.text;
      if (ts.isObjectLiteralExpression(property.initializer)) walk(property.initializer, name);
      else names.push(name);
    }
  };
  file.forEachChild((node) => {
    for (const made of ts.isVariableStatement(node) ? node.declarationList.declarations : []) {
      if (made.name.text === "en") walk(made.initializer, "");
    }
  });
  return names;
}

test("no sentence stands in the messages that no page says", () => {
  const pages = readdirSync(join(ui, "src"), { recursive: true })
    .filter((name) => /\.(svelte|ts)$/.test(name) && !name.endsWith("examples.ts"))
    .map((name) => readFileSync(join(ui, "src", name), "utf8"))
    .join("\n");
  const said = new Set([...pages.matchAll(/\bt\.([a-zA-Z.]+)/g)].map((m) => m[1].replace(/\.$/, "")));
  // A group whose sentence is chosen by a value, as in `t.how[way]`.
  const chosen = new Set([...pages.matchAll(/\bt\.([a-zA-Z.]+)\[/g)].map((m) => m[1]));
  // Or one that is handed over whole, for a code to be looked up in.
  const group = (name) => name.split(".").slice(0, -1).join(".");
  const used = (name) => chosen.has(group(name)) || said.has(group(name)) || [...said].some((s) => s === name || s.startsWith(`${name}.`));
  const names = sentences();
  assert.ok(names.length > 200, "the messages were not read");
  assert.deepEqual(names.filter((name) => !used(name)), []);
});
