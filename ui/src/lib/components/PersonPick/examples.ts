import { examples, quiet } from "../../../../gallery/examples";
import { asha, grace, tom } from "../../../../gallery/data";
import PersonPick from "./PersonPick.svelte";

export default examples(PersonPick, "page", {
  "Asha is writing": { current: asha, people: [asha, tom, grace], pick: quiet },
  open: { current: asha, people: [asha, tom, grace], pick: quiet, press: ".pick" },
  "nobody may write yet": { current: null, people: [], pick: quiet, press: ".pick" },
});
