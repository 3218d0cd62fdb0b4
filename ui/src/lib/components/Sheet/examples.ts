import { examples, line, quiet } from "../../../../gallery/examples";
import { d } from "../../../../gallery/data";
import Sheet from "./Sheet.svelte";

const children = line("What lies on a sheet.");
export default examples(Sheet, "over", {
  "a sheet": { title: d("More"), away: quiet, children },
  "says where the words are": { title: d("I saw"), kept: d("kept on this tablet"), away: quiet, children },
});
