use crate::tablet::read;
use crate::world::World;
use chacha20poly1305::aead::{Aead as _, KeyInit as _};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};
use domain::ids::{EntryId, NotebookId, SealedId};
use domain::sealed::{Contact, SealedKind};
use domain::wire::*;
use reqwest::Method;
use server::sealed::{Pair, new_pair, open_contact};
use std::str::FromStr as _;

/// As a tablet seals how to reach somebody for the desk.
pub fn contact_for(desk: &Pair, id: u128, notebook: NotebookId, contact: &Contact) -> SealedRecord {
    let key = [9_u8; 32];
    let plain = serde_json::to_vec(contact).unwrap();
    let words = ChaCha20Poly1305::new(&Key::from(key)).encrypt(&Nonce::from([3; 12]), plain.as_slice()).unwrap();
    SealedRecord {
        id: SealedId::new(crate::world::id(id)),
        kind: SealedKind::Contact,
        notebook: Some(notebook),
        wrapped_key: Bytes(age::encrypt(&age::x25519::Recipient::from_str(&desk.public).unwrap(), &key).unwrap()),
        sealed: Bytes([[3_u8; 12].as_slice(), &words].concat()),
    }
}

pub fn ivy(view: Option<EntryId>) -> Contact {
    Contact { name: "Mrs Ivy Brook".into(), how: "by post".into(), wants: String::new(), view, notebook: None }
}

#[tokio::test(flavor = "multi_thread")]
async fn contact_details_come_sealed_are_kept_once_and_only_the_desk_opens_them() {
    let world = World::new().await;
    let (desk, stranger) = (new_pair(), new_pair());
    let mut tablet = world.tablet(1, &[world.asha]).await;
    let contact = ivy(None);
    let record = contact_for(&desk, 70, world.hazel_court, &contact);
    for _ in 0..2 {
        let sent = tablet.send(Method::POST, "/sync/v1/sealed", serde_json::to_vec(&record).unwrap(), &[]).await;
        assert_eq!(sent.status(), 204);
    }
    assert_eq!(world.org.sealed("contact").await.unwrap().len(), 1);
    let kept = world.org.sealed_record(&record.id.to_string()).await.unwrap();
    let wrapped = kept.wrapped.unwrap();
    assert_eq!(open_contact(&desk.private, &wrapped, &kept.ciphertext).unwrap(), contact);
    assert!(open_contact(&stranger.private, &wrapped, &kept.ciphertext).is_err());
    let large = SealedRecord { sealed: Bytes(vec![0; LARGEST_SEALED]), ..record.clone() };
    let sheet = SealedRecord { kind: SealedKind::Equality, ..record };
    for refused in [large, sheet] {
        let sent = tablet.send(Method::POST, "/sync/v1/sealed", serde_json::to_vec(&refused).unwrap(), &[]).await;
        assert_eq!(read::<()>(sent).await.unwrap_err().1.code, ProblemCode::Refused);
    }
}
