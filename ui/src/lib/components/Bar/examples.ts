import { examples, line, quiet } from "../../../../gallery/examples";
import { d } from "../../../../gallery/data";
import Bar from "./Bar.svelte";

export default examples(Bar, "bar", {
  "a title": { title: d("My visits") },
  "a way back": { title: d("Hazel Court"), below: d("Tuesday 10 November"), back: quiet },
  "a long title": { title: d("Meadowbank and District Residential Home for Older People"), back: quiet, state: line("5 on this tablet only", "state") },
});
