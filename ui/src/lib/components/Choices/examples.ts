import { examples, quiet } from "../../../../gallery/examples";
import { d } from "../../../../gallery/data";
import Choices from "./Choices.svelte";

const options = ["resident", "relative", "staff", "manager", "visitor", "member of the public"].map((value) => ({ value, text: d(value) }));
export default examples(Choices, "sheet", {
  "one of them": { legend: d("Who"), options, chosen: ["relative"], pick: quiet },
  "several of them": { legend: d("How I know"), options, chosen: ["resident", "staff"], several: true, pick: quiet },
  "none yet": { legend: d("Where we agreed to go"), options, chosen: [], several: true, pick: quiet },
});
