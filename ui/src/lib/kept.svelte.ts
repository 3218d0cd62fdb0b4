// Words that go to disk while they are typed: each text as soon as the one before it is there.
import { tablet } from "./tablet.svelte";

export class Kept {
  /** Whether all that was typed is on disk. */
  kept = $state(true);
  #next: string | undefined;
  #saving: Promise<void> | undefined;

  constructor(private save: (text: string) => Promise<unknown>) {}

  /** What stands there now. */
  touched(text: string) {
    this.#next = text;
    this.kept = false;
    this.#saving ??= this.#save().finally(() => {
      this.#saving = undefined;
    });
  }

  /** Waits until all of it is on disk; throws where the disk refuses. */
  async settled(): Promise<void> {
    await this.#saving;
    if (this.#next !== undefined) await this.#save();
    if (!this.kept) throw new Error("the words are not on disk");
  }

  async #save() {
    while (this.#next !== undefined) {
      const text = this.#next;
      this.#next = undefined;
      if (!(await tablet.guard(() => this.save(text)))) {
        // Kept here and tried again with the next key, or when the page is left.
        this.#next ??= text;
        return;
      }
    }
    this.kept = true;
  }
}
