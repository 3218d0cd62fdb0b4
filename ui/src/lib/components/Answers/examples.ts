import { examples, quiet } from "../../../../gallery/examples";
import { packWords } from "../../../../gallery/data";
import Answers from "./Answers.svelte";

const words = packWords.consent;
const none = { read_aloud: "", easy: [], answers: [] };
export default examples(Answers, "sheet", {
  "nobody has answered": { words, chosen: undefined, pick: quiet, instead: quiet },
  "quote me": { words, chosen: "quote", pick: quiet, instead: quiet },
  "they could not say": { words, chosen: "could not say", pick: quiet, instead: quiet },
  "shown to them": { words, chosen: undefined, pick: quiet, instead: quiet, press: ".aloud .link" },
  "before the pack has come": { words: none, chosen: undefined, pick: quiet, instead: quiet },
});
