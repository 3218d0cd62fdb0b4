// One draft under a sheet: every key goes to disk as soon as the one before it is there. Nobody presses Save.
import { closeDraft, dropDraft, openDraft, saveDraft, type Closed, type DraftKind } from "./bridge";
import { tablet, type Resumed } from "./tablet.svelte";

const parked = new Map<string, unknown>();

export class Draft<F extends object> {
  fields = $state() as F;
  /** Whether all that was typed is on disk. */
  kept = $state(true);
  #id: Promise<string> | undefined;
  #next: string | undefined;
  #saving: Promise<void> | undefined;
  #over = false;

  constructor(
    private notebook: string,
    private kind: DraftKind,
    fields: F,
    resumed?: Resumed,
  ) {
    this.fields = fields;
    if (resumed) {
      this.fields = { ...fields, ...(JSON.parse(resumed.fields) as Partial<F>) };
      this.#id = Promise.resolve(resumed.id);
    } else {
      this.#id = openDraft(notebook, kind);
      this.#id.catch((reason) => tablet.guard(() => Promise.reject(reason)));
    }
  }

  /** Call after every change of the fields. */
  touched() {
    this.#next = JSON.stringify(this.fields);
    this.kept = false;
    this.#saving ??= this.#save().finally(() => {
      this.#saving = undefined;
    });
  }

  async #save() {
    while (this.#next !== undefined) {
      const text = this.#next;
      this.#next = undefined;
      const saved = await tablet.guard(async () => saveDraft(await this.#ready(), text));
      if (!saved) {
        // Kept here and tried again with the next key, or when the sheet is put away.
        this.#next ??= text;
        return;
      }
    }
    this.kept = true;
  }

  /** The draft's id, once all that was typed is on disk. */
  async settled(): Promise<string> {
    await this.#saving;
    if (this.#next !== undefined) await this.#save();
    if (!this.kept) throw new Error("the words are not on disk");
    return this.#ready();
  }

  /** Puts the sheet away, once; what is not finished stays a draft. */
  async close(): Promise<Closed | undefined> {
    if (this.#over) return undefined;
    const id = await this.settled();
    this.#over = true;
    return closeDraft(id);
  }

  async drop() {
    await this.#saving;
    this.#over = true;
    await dropDraft(await this.#ready());
  }

  /** Leaves the sheet for a page that leads back to it: the draft waits, and closing does nothing until then. */
  park() {
    parked.set(`${this.notebook} ${this.kind.kind}`, this);
    this.#over = true;
  }

  /** The draft that waits for this sheet, or a new one. */
  static taken<F extends object>(notebook: string, kind: DraftKind, fields: F, resumed?: Resumed): Draft<F> {
    const key = `${notebook} ${kind.kind}`;
    const waiting = parked.get(key) as Draft<F> | undefined;
    parked.delete(key);
    if (!waiting || resumed) return new Draft(notebook, kind, fields, resumed);
    waiting.#over = false;
    return waiting;
  }

  /** The draft has become something else. */
  spent() {
    this.#over = true;
  }

  #ready(): Promise<string> {
    this.#id ??= openDraft(this.notebook, this.kind);
    return this.#id;
  }
}
