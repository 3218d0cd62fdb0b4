// One draft under a sheet: every key goes to disk as soon as the one before it is there. Nobody presses Save.
import { closeDraft, draftBy, dropDraft, openContact, openDraft, saveDraft, type DraftKind } from "./bridge";
import { Kept } from "./kept.svelte";
import { tablet, type Resumed } from "./tablet.svelte";

/** Where a sheet's words go. */
export interface Disk {
  open: () => Promise<string>;
  save: (draft: string, fields: string) => Promise<unknown>;
  close: (draft: string) => Promise<unknown>;
  drop: (draft: string) => Promise<unknown>;
}
const ours = { save: saveDraft, close: closeDraft, drop: dropDraft };
/** A sheet for how to reach whoever speaks, beside that with their words. */
export const besides = (view: Draft<object>): Disk => ({ ...ours, open: async () => openContact(await view.ready()) });

const parked = new Map<string, unknown>();

export class Draft<F extends object> {
  fields = $state() as F;
  #id: Promise<string> | undefined;
  #disk = new Kept(async (text) => this.on.save(await this.ready(), text));
  #closing: Promise<void> | undefined;
  #over = false;
  /** Whether there is something of its writer's in it. */
  #typed = false;

  constructor(
    private notebook: string,
    private kind: DraftKind,
    fields: F,
    resumed?: Resumed,
    private on: Disk = { ...ours, open: () => openDraft(notebook, kind) },
    /** Opened with the first key, so that whoever writes nothing leaves nothing. */
    late = false,
  ) {
    this.fields = fields;
    if (resumed) {
      this.#typed = true;
      this.fields = { ...fields, ...(JSON.parse(resumed.fields) as Partial<F>) };
      this.#id = Promise.resolve(resumed.id);
    } else if (!late) void tablet.guard(() => this.ready());
  }

  /** Whether all that was typed is on disk. */
  get kept(): boolean {
    return this.#disk.kept;
  }

  /** Call after every change of the fields. */
  touched() {
    this.#typed = true;
    this.#disk.touched(JSON.stringify(this.fields));
  }

  /** The draft's id, once all that was typed is on disk; where the disk refuses, its reason is thrown. */
  async settled(): Promise<string> {
    await this.#disk.settled();
    return this.ready();
  }

  /** Puts the sheet away, once; what is not finished stays a draft. Where this fails the sheet is as it was. */
  close(): Promise<void> {
    if (this.#over) return Promise.resolve();
    this.#closing ??= this.#close().finally(() => {
      this.#closing = undefined;
    });
    return this.#closing;
  }

  async #close() {
    await this.#disk.rested();
    // A sheet that never reached the disk and has no words leaves nothing behind.
    if (this.#id === undefined && !this.#disk.waits) return;
    await this.on.close(await this.settled());
    this.#over = true;
  }

  /** Somebody else writes it; what is typed so far goes with it. */
  async writtenBy(person: string) {
    await draftBy(await this.settled(), person);
  }

  async drop() {
    await this.#disk.rested();
    await this.on.drop(await this.ready());
    this.#over = true;
  }

  /** As {@link drop}, also where it was never opened. */
  async forget() {
    await this.#disk.rested();
    if (this.#id !== undefined && !this.#over) await this.drop();
    this.#over = true;
  }

  /** Leaves the sheet for a page that leads back to it: the draft waits on disk, and closing does nothing until then. */
  async park() {
    await this.settled();
    parked.set(`${this.notebook} ${this.kind.kind}`, this);
    this.#over = true;
  }

  /** Leaves it on disk as it is, to be taken up again; one that nobody wrote on leaves nothing. */
  still = async (): Promise<void> => {
    if (this.#over) return;
    if (!this.#typed) return this.close();
    await this.settled();
    this.#over = true;
  };

  /** The draft that waits for this sheet, or a new one. */
  static taken<F extends object>(notebook: string, kind: DraftKind, fields: F, resumed?: Resumed): Draft<F> {
    const key = `${notebook} ${kind.kind}`;
    const waiting = parked.get(key) as Draft<F> | undefined;
    parked.delete(key);
    if (!waiting || resumed) return new Draft(notebook, kind, fields, resumed);
    waiting.#over = false;
    return waiting;
  }

  /** The draft has become something else, or is left as it is on disk. */
  spent() {
    this.#over = true;
  }

  /** The draft's id, once there is one. */
  ready(): Promise<string> {
    if (!this.#id) {
      const id = this.on.open();
      this.#id = id;
      // What could not be opened is opened anew with the next key.
      id.catch(() => (this.#id = undefined));
    }
    return this.#id;
  }
}
