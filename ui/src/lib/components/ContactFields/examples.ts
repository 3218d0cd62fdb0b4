import { examples, quiet } from "../../../../gallery/examples";
import { d } from "../../../../gallery/data";
import ContactFields from "./ContactFields.svelte";

export default examples(ContactFields, "page", {
  empty: { fields: { name: "", how: "", wants: "" }, typed: quiet },
  "filled in": { fields: { name: d("Mr Alan Brightwell"), how: "07700 900123", wants: d("whether the bus comes back") }, typed: quiet },
});
