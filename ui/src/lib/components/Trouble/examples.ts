import { examples, quiet } from "../../../../gallery/examples";
import { d } from "../../../../gallery/data";
import Trouble from "./Trouble.svelte";

const words = d("This tablet's memory is full. What is saved is safe. Remove something else from the tablet, then go on.");
export default examples(Trouble, "page", {
  "to be read": { words, read: quiet },
  "a page that cannot be kept": { words, read: quiet, anyway: quiet },
});
