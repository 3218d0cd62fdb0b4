//! What one page, one batch and one tablet may cost, whatever is kept.

use super::sync::{change, publication};
use crate::objects::hash_of;
use crate::store::changes::Change;
use crate::store::devices::NewDevice;
use crate::store::feed::{Feed, Piece};
use crate::store::taken::{Most, TakenChange, TooMuch, Took};
use crate::store::testing::{Bed, on_both};

/// Asha's tablet, in the team of Hazel Court.
async fn a_tablet(bed: &Bed) {
    bed.cast().await;
    bed.visit("hazel").await;
    let device = NewDevice { id: "1".into(), name: "1".into(), verifying_key: "key".into(), version: None, at: 1 };
    bed.enrol(device, vec!["asha".into()]).await;
    bed.org.assign("hazel", "asha", "priya", 3).await.unwrap();
}

fn large(name: &str, deps: &[&str], size: usize) -> TakenChange {
    TakenChange { bytes: vec![7; size], ..change(name, "a1", deps) }
}

fn names(changes: &[Change]) -> Vec<&str> {
    let of =
        |change: &Change| ["a", "b", "c", "d", "e"].into_iter().find(|name| hash_of(name.as_bytes()) == change.hash);
    changes.iter().filter_map(of).collect()
}

fn bytes(feed: &Feed) -> Vec<usize> {
    feed.items.iter().map(|item| item.bytes.as_ref().map_or(0, Vec::len)).collect()
}

on_both! {
    async fn of_the_feed_no_more_is_read_than_a_piece_holds_and_nothing_is_left_out(bed) {
        a_tablet(bed).await;
        let sizes = [("a", 10_000), ("b", 40_000), ("c", 10_000), ("d", 300_000), ("e", 10_000)];
        let all = sizes.map(|(name, size)| large(name, &[], size));
        bed.org.take_changes("1", all.to_vec(), 10).await.unwrap();
        bed.org.publish(publication(0, &["a", "b", "c", "d", "e"], vec![])).await.unwrap();
        let everything = bed.org.feed_piece_after("1", 0, Piece { items: 200, bytes: i64::MAX, own: true }).await.unwrap();
        let (mut after, mut told, mut pages) = (0, Vec::new(), Vec::new());
        loop {
            let piece = Piece { items: 200, bytes: 64 * 1024, own: true };
            let page = bed.org.feed_piece_after("1", after, piece).await.unwrap();
            let sizes = bytes(&page);
            assert!(sizes.len() <= 1 || sizes.iter().sum::<usize>() <= 64 * 1024, "{sizes:?}");
            after = page.next;
            pages.push(sizes.iter().filter(|size| **size > 0).count());
            told.extend(page.items);
            if page.next == page.head {
                break;
            }
        }
        assert_eq!(told, everything.items);
        assert_eq!(pages, [3, 1, 1], "what fits together comes together");
    }

    async fn a_batch_of_the_projector_is_bounded_and_no_change_comes_before_its_ground(bed) {
        a_tablet(bed).await;
        // The last one comes first, and stands on all before it.
        let backwards = [("e", vec!["d"]), ("d", vec!["c"]), ("c", vec!["b"]), ("b", vec!["a"])];
        for (name, deps) in backwards {
            let took = bed.org.take_changes("1", vec![large(name, &deps, 1_000)], 10).await.unwrap();
            assert_eq!(took, [Took::Waits]);
        }
        bed.org.take_changes("1", vec![large("a", &[], 9_000)], 20).await.unwrap();
        let batch = |most, bytes| bed.org.unpublished("n1", most, bytes);
        assert_eq!(names(&batch(500, i64::MAX).await.unwrap()), ["a", "b", "c", "d", "e"]);
        assert_eq!(names(&batch(2, i64::MAX).await.unwrap()), ["a", "b"]);
        assert_eq!(names(&batch(500, 100).await.unwrap()), ["a"], "one alone, however large");
        assert_eq!(names(&batch(500, 11_500).await.unwrap()), ["a", "b", "c"]);
    }

    async fn what_one_tablet_lets_wait_or_has_unread_is_bounded_and_what_sets_it_free_is_taken(bed) {
        a_tablet(bed).await;
        let most = Most { unread: 3, stuck: 2 };
        let take = |changes| bed.org.take_changes_within("1", changes, 10, most);
        let on_absent = |name| change(name, "a1", &["ground"]);
        take(vec![on_absent("a"), on_absent("b")]).await.unwrap();
        let refused = take(vec![on_absent("c")]).await.unwrap_err();
        assert_eq!(refused.downcast_ref::<TooMuch>(), Some(&TooMuch::Stuck));
        assert_eq!(bed.org.change(&hash_of(b"c")).await.unwrap(), None, "all or nothing");
        take(vec![on_absent("a")]).await.unwrap();
        assert_eq!(take(vec![change("ground", "a1", &[])]).await.unwrap(), [Took::Taken], "what sets them free");
        assert_eq!(bed.org.not_published().await.unwrap().taken, 3);
        let refused = take(vec![change("d", "a1", &[])]).await.unwrap_err();
        assert_eq!(refused.downcast_ref::<TooMuch>(), Some(&TooMuch::Unread));
        let toms = TakenChange { actor: "a2".into(), ..change("t", "a2", &["ground"]) };
        assert_eq!(bed.org.take_changes_within("2", vec![toms], 10, most).await.unwrap(), [Took::Taken]);
        bed.org.publish(publication(0, &["ground", "a", "b"], vec![])).await.unwrap();
        assert_eq!(take(vec![change("d", "a1", &[])]).await.unwrap(), [Took::Taken]);
    }
}
