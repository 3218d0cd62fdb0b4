//! Every command that a screen may call, once: the list makes the functions, Tauri's handler and the TypeScript.
//!
//! A command holds no logic. One that writes answers only after the write is on disk.

use crate::bridge::{Failure, Seen, TypeScript, WhereItStands};
use crate::handed::Asked;
use crate::photos;
use crate::tablet::{HowFar, Tablet};
use crate::words::PackWords;
use device::views::{
    Another, AuthorityCard, Closed, Difference, DraftId, DraftKind, EventFacts, Face, MyVisits, OwnPin, PendingId,
    PendingPhoto, PhotoUse, SafeToRemove, Standing, Theirs, UnfinishedDraft, VisitScreen, Writer,
};
use domain::entry::Entry;
use domain::ids::{EntryId, NotebookId, PersonId, SealedId};
use domain::notebook::Value;
use domain::sealed::Concern;
use domain::wire::Organisation;
use tauri::{State, ipc::Channel};
use ts_rs::Config;

/// One list of commands → functions for Tauri, the handler of a builder, and the TypeScript file's text.
macro_rules! commands {
    (also $($also:path),+; $( fn $name:ident($tablet:ident $(, $arg:ident: $ty:ty)*) -> $answer:ty = $body:expr; )*) => {
        $(
            #[tauri::command(async)]
            fn $name($tablet: State<'_, Tablet>, $($arg: $ty),*) -> Result<$answer, Failure> {
                let $tablet = $tablet.inner();
                let _until_done = $tablet.signal().work();
                // The disk, a PIN's derivation or a photo may take a while; other commands go on meanwhile.
                tokio::task::block_in_place(|| $body)
            }
        )*

        /// What answers a screen's calls.
        pub fn handler<R: tauri::Runtime>() -> impl Fn(tauri::ipc::Invoke<R>) -> bool + Send + Sync + 'static {
            tauri::generate_handler![$($also,)+ $($name),*]
        }

        /// The text that `ui/src/lib/bridge/generated.ts` must have.
        #[must_use]
        pub fn typescript() -> String {
            let config = Config::new().with_large_int("number");
            let mut out = TypeScript::new(&config);
            $(
                let arguments: Vec<(&str, String)> = vec![$( (stringify!($arg), out.name_of::<$ty>()) ),*];
                let answer = out.name_of::<$answer>();
                out.command(stringify!($name), &arguments, &answer);
            )*
            out.text()
        }
    };
}

commands! {
    also watch, photos::take_photo;

    fn how_far(tablet) -> HowFar = tablet.how_far();
    fn set_up(tablet, code: String, name: String, pin: String) -> HowFar = tablet.set_up(&code, &name, &pin);
    fn unlock(tablet, pin: String) -> HowFar = tablet.unlock(&pin);
    fn lock_again(tablet) -> () = { tablet.lock_again(); Ok(()) };

    fn pack(tablet) -> Option<PackWords> = {
        let (stamp, text, before) =
            tablet.with(|d| Ok((d.pack_stamp()?.unwrap_or_default(), d.pack_text()?, d.packs_before()?)))?;
        Ok(text.and_then(|text| PackWords::read(&stamp, &text)).map(|words| words.after(&before)))
    };
    fn pack_stamp(tablet) -> Option<String> = tablet.with(|d| d.pack_stamp());
    fn organisation(tablet) -> Option<Organisation> = tablet.with(|d| d.organisation());
    fn my_visits(tablet) -> MyVisits = tablet.with(|d| d.my_visits());
    fn visit(tablet, notebook: NotebookId) -> VisitScreen = tablet.with(|d| d.visit(notebook));
    fn authority_card(tablet, person: PersonId) -> AuthorityCard = tablet.with(|d| d.authority_card(person));
    fn writers(tablet, notebook: Option<NotebookId>) -> Vec<Writer> = tablet.with(|d| d.writers(notebook));
    fn writing_as(tablet) -> Option<Writer> = tablet.with(|d| d.writing_as());
    fn write_as(tablet, person: PersonId) -> () = tablet.write(|d| d.write_as(person));

    fn open_draft(tablet, notebook: NotebookId, kind: DraftKind) -> DraftId =
        tablet.with(|d| d.open_draft(notebook, kind));
    fn save_draft(tablet, draft: DraftId, fields: String) -> () = tablet.with(|d| d.save_draft(draft, &fields));
    fn draft_by(tablet, draft: DraftId, person: PersonId) -> () = tablet.write(|d| d.draft_by(draft, person));
    fn close_draft(tablet, draft: DraftId) -> Closed = tablet.write(|d| d.close_draft(draft));
    fn drop_draft(tablet, draft: DraftId) -> () = tablet.write(|d| d.drop_draft(draft));
    fn unfinished(tablet) -> Vec<UnfinishedDraft> = tablet.with(|d| d.unfinished());

    fn record(tablet, notebook: NotebookId, entry: Entry) -> EntryId =
        tablet.write(|d| d.record(notebook, entry, None));
    fn withdraw(tablet, notebook: NotebookId, entry: EntryId, why: String) -> () =
        tablet.write(|d| d.withdraw(notebook, entry, &why));
    fn take_back(tablet, notebook: NotebookId, entry: EntryId) -> () = tablet.write(|d| d.take_back(notebook, entry));

    fn differences(tablet, notebook: NotebookId) -> Vec<Difference> = tablet.with(|d| d.differences(notebook));
    fn settle(tablet, notebook: NotebookId, spot: WhereItStands, value: Value, seen: Seen) -> () =
        tablet.write(|d| d.settle(notebook, &spot.0, &value, &seen.0));

    fn begin_event(tablet, facts: EventFacts) -> NotebookId = tablet.write(|d| d.begin_event(&facts));
    fn day(tablet) -> NotebookId = tablet.write(|d| d.day());

    fn pending_photos(tablet, notebook: NotebookId) -> Vec<PendingPhoto> = tablet.with(|d| d.pending_photos(notebook));
    fn faces(tablet, photo: PendingId) -> Vec<Face> = {
        // Looked at without the tablet's lock: other pages go on meanwhile.
        let look = tablet.with(|d| d.to_look_at(photo))?;
        Ok(look.faces()?)
    };
    fn save_photo(tablet, photo: PendingId, fields: String) -> () = tablet.with(|d| d.save_photo(photo, &fields));
    fn use_photo(tablet, photo: PendingId, used: PhotoUse) -> EntryId =
        tablet.write(|d| d.use_photo(photo, &used, None));
    fn drop_photo(tablet, photo: PendingId) -> () = tablet.write(|d| d.drop_photo(photo));

    fn seal_draft(tablet, draft: DraftId) -> SealedId = tablet.write(|d| d.seal_draft(draft));

    fn open_contact(tablet, beside: DraftId) -> DraftId = tablet.with(|d| d.open_contact(beside));
    fn own_pin(tablet, person: PersonId) -> Option<OwnPin> = tablet.with(|d| d.own_pin(person));
    fn choose_own_pin(tablet, person: PersonId, pin: String, before: Option<String>) -> () =
        tablet.write(|d| d.choose_own_pin(person, &pin, before.as_deref()));
    fn set_own_pin_anew(tablet, person: PersonId, tablets: String, pin: String) -> () =
        tablet.write(|d| d.set_own_pin_anew(person, &tablets, &pin));
    fn read_draft(tablet, draft: DraftId, pin: String) -> String = tablet.with(|d| d.read_draft(draft, &pin));
    fn read_back(tablet, sealed: SealedId, pin: String) -> Concern = tablet.with(|d| d.read_back(sealed, &pin));
    fn sign_off(tablet, notebook: NotebookId, pin: String) -> u32 = tablet.write(|d| d.sign_off(notebook, &pin));
    fn give_to(tablet, notebook: NotebookId, entry: EntryId, person: PersonId) -> () =
        tablet.write(|d| d.give_to(notebook, entry, person));
    fn lead_from_now(tablet, notebook: NotebookId, person: PersonId, why: String) -> () =
        tablet.write(|d| d.lead_from_now(notebook, person, &why));
    fn who_else(tablet, notebook: NotebookId) -> Vec<Another> = tablet.with(|d| d.who_else(notebook));
    fn add_to_team(tablet, notebook: NotebookId, person: PersonId) -> () =
        tablet.write(|d| d.add_to_team(notebook, person));
    fn waited_outside(tablet, notebook: NotebookId, person: PersonId, why: String) -> () =
        tablet.write(|d| d.waited_outside(notebook, person, &why));
    fn not_seen(tablet, notebook: NotebookId, area: String, why: String) -> () =
        tablet.write(|d| d.not_seen(notebook, &area, &why));
    fn no_photos(tablet, notebook: NotebookId, said_by: String) -> () =
        tablet.write(|d| d.no_photos(notebook, &said_by));
    fn travelled(tablet, notebook: NotebookId, person: PersonId, miles: String, hours: String) -> () =
        tablet.write(|d| d.travelled(notebook, person, &miles, &hours));
    fn make_observation(tablet, draft: DraftId) -> String = tablet.write(|d| d.make_observation(draft));
    fn event_over(tablet, notebook: NotebookId) -> () = tablet.write(|d| d.event_over(notebook));

    fn hand_over(tablet, notebook: NotebookId) -> () = tablet.hand_over(notebook);
    fn asked(tablet) -> Asked = tablet.asked();
    fn open_theirs(tablet, sheet: Theirs) -> DraftId = tablet.open_theirs(sheet);
    fn save_theirs(tablet, draft: DraftId, fields: String) -> () = tablet.save_theirs(draft, &fields);
    fn close_theirs(tablet, draft: DraftId) -> Closed = tablet.close_theirs(draft);
    fn drop_theirs(tablet, draft: DraftId) -> () = tablet.drop_theirs(draft);
    fn have_it_back(tablet, pin: String) -> HowFar = tablet.have_it_back(&pin);

    fn waiting(tablet) -> SafeToRemove = tablet.with(|d| d.waiting());
    fn sending(tablet) -> Standing = tablet.with(|d| d.standing());
    fn send_now(tablet) -> () = { tablet.signal().asked(); Ok(()) };
}

/// A screen wants a beat whenever something may look different.
#[tauri::command]
fn watch(tablet: State<'_, Tablet>, beat: Channel<u32>) {
    tablet.signal().watch(beat);
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_screens_know_the_commands_as_they_are() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../ui/src/lib/bridge/generated.ts");
        if std::env::var_os("WRITE_TYPES").is_some() {
            std::fs::write(path, typescript()).unwrap();
        }
        let written = std::fs::read_to_string(path).unwrap_or_default();
        assert!(written == typescript(), "generated.ts is stale: run this test with WRITE_TYPES=1");
    }
}
