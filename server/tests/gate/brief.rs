//! What is said in few letters, and that it says the same.

use crate::tablet::{Tablet, read};
use crate::world::{NOW, World};
use domain::wire::*;
use reqwest::{Method, Response};
use uuid::Uuid;

/// How far the record had come when this was answered.
fn mark(response: &Response) -> Mark {
    response.headers()[MARK].to_str().unwrap().parse().unwrap()
}

fn at(place: &Place) -> String {
    format!("/sync/v1/feed?after={place}")
}

/// A page, which comes packed where it is large: whoever speaks briefly unpacks.
async fn page(response: Response) -> Feed {
    assert!(response.status().is_success(), "{response:?}");
    let is_packed = response.headers().contains_key("content-encoding");
    let body = response.bytes().await.unwrap().to_vec();
    serde_json::from_slice(&if is_packed { unpack(&body, LARGEST_PUSH).unwrap() } else { body }).unwrap()
}

async fn asked(tablet: &mut Tablet, path: &str) -> Response {
    let nonce = tablet.nonce.clone();
    tablet.ask_briefly(&nonce, path).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tablet_that_comes_back_is_told_in_few_letters_that_nothing_is_new_and_whole_what_is() {
    let world = World::new().await;
    let mut tablet = world.tablet(1, &[world.asha]).await;
    tablet.feed(0).await.unwrap();
    let told = tablet.send(Method::GET, "/sync/v1/feed", Vec::new(), &[]).await;
    let known = mark(&told);
    let nothing = asked(&mut tablet, &at(&Place::of(&known))).await;
    assert_eq!((nothing.status().as_u16(), nothing.headers().get(MARK)), (204, None));
    let says: Says = nothing.headers()[BRIEF].to_str().unwrap().parse().unwrap();
    assert_eq!(says.time(), Some(NOW), "its clock stands in the nonce");
    let besides: Vec<&str> = nothing.headers().keys().map(|name| name.as_str()).filter(|name| *name != BRIEF).collect();
    assert!(besides.iter().all(|name| *name == "date"), "{besides:?}");

    world.org.put_pack_item("weather", "{\"id\":\"weather\",\"version\":\"1\"}").await.unwrap();
    let news = asked(&mut tablet, &at(&Place::of(&known))).await;
    let next = mark(&news);
    let told = page(news).await;
    assert_eq!((told.items.len(), told.cursor), (1, next.at), "{told:?}");
    assert_eq!(asked(&mut tablet, &at(&Place::of(&next))).await.status(), 204);
    // Something that is not for this tablet: it is told how far the record has come, and nothing else.
    world.org.retry_held().await.unwrap();
    let moved = page(asked(&mut tablet, &at(&Place::of(&next))).await).await;
    assert!(moved.items.is_empty() && moved.cursor.revision > next.at.revision, "{moved:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_briefly_is_signed_serves_once_and_finds_out_a_record_that_was_put_back() {
    let world = World::new().await;
    let mut tablet = world.tablet(1, &[world.asha]).await;
    tablet.feed(0).await.unwrap();
    let told = tablet.send(Method::GET, "/sync/v1/feed", Vec::new(), &[]).await;
    let known = mark(&told);
    let nonce = tablet.nonce.clone();
    let path = at(&Place::of(&known));
    assert_eq!(tablet.ask_briefly(&nonce, &path).await.status(), 204);
    let again = tablet.ask_briefly(&nonce, &path).await;
    assert_eq!(read::<Feed>(again).await.unwrap_err().1.code, ProblemCode::Unsigned);
    let mut stranger = Tablet::new(2, &world.address);
    stranger.id = tablet.id;
    let forged = stranger.ask_briefly(&tablet.nonce.clone(), &path).await;
    assert_eq!(read::<Feed>(forged).await.unwrap_err().1.code, ProblemCode::Unsigned);

    // The same revision, and another start had begun to write there: this is a copy that was put back.
    let other = Mark { start: Uuid::from_u128(77), ..known };
    let anew = page(asked(&mut tablet, &at(&Place::of(&other))).await).await;
    assert_ne!(anew.cursor.store, known.at.store);
    assert!(anew.items.iter().any(|item| matches!(item, FeedItem::Visit(_))), "told from the beginning: {anew:?}");
    // Of a life that is over, everything is told again.
    let old = page(asked(&mut tablet, &path).await).await;
    assert_eq!((old.cursor.store, old.items.len()), (anew.cursor.store, anew.items.len()));
}
