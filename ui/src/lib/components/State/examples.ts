import { examples, quiet } from "../../../../gallery/examples";
import { at } from "../../../../gallery/data";
import State from "./State.svelte";

const none = { only_here: 0, on_their_way: 0, held: 0, since: at("10:40") };
export default examples(State, "page", {
  "only here": { waiting: { ...none, only_here: 5, on_their_way: 2, held: 1 }, open: quiet },
  "on the way": { waiting: { ...none, on_their_way: 2 }, open: quiet },
  held: { waiting: { ...none, held: 1 }, open: quiet },
  "all there": { waiting: none, open: quiet },
});
