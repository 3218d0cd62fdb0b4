import { examples, quiet } from "../../../../gallery/examples";
import { d } from "../../../../gallery/data";
import Choose from "./Choose.svelte";

const options = ["lounge", "dining room", "corridor, ground floor", "garden"].map((value) => ({ value, text: d(value) }));
const where = { word: d("lounge"), label: d("Where I am: lounge"), title: d("Where are you?"), options, chosen: "lounge", pick: quiet };
export default examples(Choose, "page", {
  "a word to press": where,
  open: { ...where, own: d("Another place"), press: ".pick" },
});
