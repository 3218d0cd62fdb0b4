import { examples, quiet } from "../../../../gallery/examples";
import ContactForm from "./ContactForm.svelte";

const with_ = { kept: false, open: quiet, typed: quiet, seal: async () => {} };
export default examples(ContactForm, "page", {
  closed: { ...with_, fields: undefined },
  open: { ...with_, fields: { name: "", how: "", wants: "" }, press: ".link" },
  sealed: { ...with_, fields: undefined, kept: true },
});
