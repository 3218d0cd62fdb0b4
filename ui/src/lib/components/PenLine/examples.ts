import { examples, quiet } from "../../../../gallery/examples";
import { d, stall, visit } from "../../../../gallery/data";
import PenLine from "./PenLine.svelte";

const pick = { pickArea: quiet, pickWriter: quiet };
export default examples(PenLine, "page", {
  "in the lounge": { ...pick, visit, area: d("lounge") },
  "two places not seen yet": { ...pick, visit, area: d("lounge"), near: [d("dining room"), d("garden")] },
  "no place yet": { ...pick, visit, area: "" },
  "at a stall": { ...pick, visit: stall, area: "" },
});
