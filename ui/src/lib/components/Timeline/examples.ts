import beds from "../../../../gallery/raised-beds.webp";
import { examples, gone, quiet } from "../../../../gallery/examples";
import { d, impression, packWords, stall, unfinished, visit } from "../../../../gallery/data";
import Timeline from "./Timeline.svelte";

const with_ = { words: packWords, thumbnail: () => beds, ring: d("This has not reached anybody yet."), open: quiet, go: quiet, finish: quiet, throwAway: gone, eventOver: gone, readBack: quiet };
export default examples(Timeline, "page", {
  "a morning": { ...with_, visit },
  "nothing yet": { ...with_, visit: { ...visit, rows: [] } },
  "not finished, and they differ": { ...with_, visit: { ...visit, rows: visit.rows.slice(0, 2), summary: [impression], differences: 1, uncovered: 2, unfinished } },
  "thrown away?": { ...with_, visit: { ...visit, rows: [], unfinished }, press: ".note .acts .link" },
  "at a stall, out of sight": { ...with_, visit: stall, hushed: true, show: quiet },
});
