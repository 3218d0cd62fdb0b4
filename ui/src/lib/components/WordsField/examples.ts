import { examples, quiet } from "../../../../gallery/examples";
import { d } from "../../../../gallery/data";
import WordsField from "./WordsField.svelte";

export default examples(WordsField, "bare", {
  empty: { id: "a", label: d("Whom we told that we have come"), example: d("deputy manager"), value: "", input: quiet },
  "a line": { id: "a", label: d("Whom we told that we have come"), value: d("Mrs Oyelaran, the deputy manager"), input: quiet },
  "long words": { id: "a", label: d("What we said to them today"), value: d("Call bell, night staffing, leaflet; praised the garden and the tea trolley, and the care worker who crouched."), long: true, input: quiet },
});
