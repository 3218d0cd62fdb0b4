// Words that go to disk while they are typed: each text as soon as the one before it is there.
import { tablet } from "./tablet.svelte";

export class Kept {
  /** Whether all that was typed is on disk. */
  kept = $state(true);
  #next: string | undefined;
  #saving: Promise<void> | undefined;
  /** Why the last words are not on disk. */
  #why: unknown;

  constructor(private save: (text: string) => Promise<unknown>) {}

  /** What stands there now. */
  touched(text: string) {
    this.#next = text;
    this.kept = false;
    void this.#keep();
  }

  /** Whether something is not on disk that no try is under way for. */
  get waits(): boolean {
    return this.#next !== undefined;
  }

  /** The try that is under way is over, well or not. */
  async rested(): Promise<void> {
    await this.#saving;
  }

  /** Waits until all of it is on disk; where the disk refuses, its reason is thrown. */
  async settled(): Promise<void> {
    await this.#keep();
    if (!this.kept) throw this.#why;
  }

  #keep(): Promise<void> {
    this.#saving ??= this.#save().finally(() => {
      this.#saving = undefined;
    });
    return this.#saving;
  }

  async #save() {
    while (this.#next !== undefined) {
      const text = this.#next;
      this.#next = undefined;
      const saved = await tablet.guard(async () => {
        try {
          await this.save(text);
        } catch (reason) {
          this.#why = reason;
          throw reason;
        }
      });
      if (!saved) {
        // Kept here and tried again with the next key, or when the page is left.
        this.#next ??= text;
        return;
      }
    }
    this.kept = true;
  }
}
