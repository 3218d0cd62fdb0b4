// A module of the screens that needs no window, ready for a test.
import { join } from "node:path";
import { rolldown } from "rolldown";

export async function bundled(path) {
  const bundle = await rolldown({ input: join(import.meta.dirname, "..", path) });
  const { output } = await bundle.generate({ format: "esm" });
  return import(`data:text/javascript;base64,${Buffer.from(output[0].code).toString("base64")}`);
}
