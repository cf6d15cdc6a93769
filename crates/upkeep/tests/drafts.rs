//! Drafts from conversations.

#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use uuid::Uuid;
use yingda_model::{ChangeOrigin, ConversationId, EntryContent, EntryId, Timestamp};
use yingda_upkeep::{Entry, FaqDraft, NoDraft, Said, Speaker, Transcript, draft, merge};

/// Lines that begin with `C:`, `A:` or `B:`.
fn conversation(number: u128, lines: &str) -> Transcript {
    let said = lines
        .lines()
        .filter_map(|line| {
            let (who, text) = line.trim().split_once(": ")?;
            let by = match who {
                "C" => Speaker::Customer,
                "A" => Speaker::Agent,
                _ => Speaker::Bot,
            };
            Some(Said { by, text: text.to_owned() })
        })
        .collect();
    Transcript { conversation_id: ConversationId(Uuid::from_u128(number)), said }
}

fn drafted(lines: &str) -> Result<FaqDraft, NoDraft> {
    draft(&conversation(1, lines), &[])
}

#[test]
fn the_question_loses_its_greeting_and_the_answer_its_courtesies() {
    let found = drafted(
        "C: 你好，在吗
         B: 您好，我是小禾。
         C: 请问空气炸锅的炸篮可以放洗碗机吗？谢谢
         A: 您好，很高兴为您服务
         A: 稍等，我帮您查一下
         A: 炸篮可以放进洗碗机清洗，水温不要超过 60 度。机身不能水洗。
         A: 还有其他问题吗？
         C: 没有了
         A: 祝您生活愉快",
    )
    .unwrap();
    assert_eq!(found.question, "空气炸锅的炸篮可以放洗碗机吗？");
    assert_eq!(found.answer, "炸篮可以放进洗碗机清洗，水温不要超过 60 度。机身不能水洗。");
    assert_eq!(found.lang, "zh");
}

#[test]
fn an_english_conversation_gives_a_draft_too() {
    let found = drafted(
        "C: Hi there! I bought the lamp last week. Can I use it with a smart plug?
         A: Hello! Thanks for contacting us.
         A: Let me check.
         A: Yes, the lamp works with any smart plug. It remembers its last brightness when power comes back.
         A: Is there anything else I can help with?",
    )
    .unwrap();
    assert_eq!(found.question, "Can I use it with a smart plug?");
    assert_eq!(
        found.answer,
        "Yes, the lamp works with any smart plug. It remembers its last brightness when power comes back."
    );
}

#[test]
fn a_story_is_trimmed_to_what_is_asked() {
    let found = drafted(
        "C: 我上个月给我妈买了一个你们家的颈椎枕，她说睡着有点高，我想问一下颈椎枕的高度可以自己调节吗
         A: 颈椎枕内有一层可以取出的夹层，取出后高度降低两厘米。",
    )
    .unwrap();
    assert!(found.question.ends_with("颈椎枕的高度可以自己调节吗"), "{}", found.question);
    assert!(!found.question.contains("上个月"), "{}", found.question);
}

#[test]
fn what_is_about_one_customer_alone_gives_no_draft() {
    let found = drafted(
        "C: 我的订单QH2611050123怎么还没到？
         A: 您的订单目前在杭州中转，预计明天送到。",
    );
    assert_eq!(found, Err(NoDraft::Personal));
    let found = drafted(
        "C: can you cancel my order QH2611050123?
         A: Sure. I have cancelled your order and refunded ¥299.",
    );
    assert_eq!(found, Err(NoDraft::Personal));
    let found = drafted(
        "C: 退款到哪张卡？
         A: 退到尾号 [BANK_CARD] 的卡里了。",
    );
    assert_eq!(found, Err(NoDraft::Personal));
}

#[test]
fn personal_sentences_are_left_out_of_an_answer_that_stands_without_them() {
    let found = drafted(
        "C: QH2611050123 这个订单怎么补开发票？
         A: 已为您登记了 138****8000。订单完成后 180 天内，可以在订单详情里点申请发票补开，电子发票会发到邮箱。",
    )
    .unwrap();
    assert_eq!(found.question, "这个订单怎么补开发票？");
    assert_eq!(found.answer, "订单完成后 180 天内，可以在订单详情里点申请发票补开，电子发票会发到邮箱。");
}

#[test]
fn there_is_a_reason_when_there_is_no_draft() {
    assert_eq!(drafted("C: 你好\nA: 您好"), Err(NoDraft::NoQuestion));
    assert_eq!(drafted("A: 您好"), Err(NoDraft::NoQuestion));
    assert_eq!(drafted("C: 毛巾礼盒可以单独买浴巾吗？\nA: 稍等\nA: 请问您的订单号是多少？"), Err(NoDraft::NoAnswer));
    assert_eq!(
        drafted("C: 毛巾礼盒可以单独买浴巾吗？\nA: Bath towels from the gift box can also be bought one by one."),
        Err(NoDraft::OtherLanguage)
    );
}

#[test]
fn the_category_is_that_of_the_nearest_entries() {
    let of = |question: &str, category: &str| EntryContent {
        question: question.into(),
        lang: Some("zh".into()),
        category: Some(category.into()),
        ..EntryContent::default()
    };
    let contents =
        [of("怎么开发票？", "invoices"), of("电子发票在哪里下载？", "invoices"), of("怎么退货？", "returns")];
    let entries: Vec<Entry<'_>> = contents
        .iter()
        .enumerate()
        .map(|(at, content)| Entry { id: EntryId(Uuid::from_u128(at as u128)), content, updated_at: Timestamp(0) })
        .collect();
    let found =
        draft(&conversation(1, "C: 发票可以重新下载吗？\nA: 电子发票可以在订单详情里重复下载，次数不限。"), &entries)
            .unwrap();
    assert_eq!(found.category.as_deref(), Some("invoices"));
    assert!(found.nearest.is_some());
}

#[test]
fn conversations_with_one_question_become_one_draft_with_the_most_agreed_answer() {
    let all = [
        "C: 炸篮可以放洗碗机吗？\nA: 炸篮可以放进洗碗机清洗，机身不能水洗。",
        "C: 炸篮能放洗碗机洗吗？\nA: 炸篮可以放进洗碗机，机身不能水洗。",
        "C: 洗碗机能洗炸篮吗？\nA: 涂层会坏，建议用软海绵手洗比较好。",
        "C: 蜡烛怎么保存？\nA: 蜡烛放在阴凉的地方，避免阳光直射。",
    ];
    let drafts: Vec<FaqDraft> =
        all.iter().enumerate().map(|(at, lines)| draft(&conversation(at as u128, lines), &[]).unwrap()).collect();
    let merged = merge(&drafts, &[]);
    assert_eq!(merged.iter().map(|draft| draft.conversations.len()).collect::<Vec<_>>(), [3, 1]);
    assert!(merged[0].answer.starts_with("炸篮可以放进洗碗机"), "{}", merged[0].answer);
    assert_eq!(merged[0].variants.len(), 2);
    assert!(merged[0].agreement < 0.9);
    let proposal = merged[0].proposal(&[]);
    assert_eq!(proposal.origin, ChangeOrigin::Conversation);
    assert_eq!(proposal.content.answer, merged[0].answer);
    let mut turned = drafts.clone();
    turned.reverse();
    assert_eq!(merge(&turned, &[]), merged);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_draft_has_no_invented_words(lines in prop::collection::vec((0..3_u8, "\\PC{0,30}|[您好怎么退货吗可以，。？！ ]{0,40}|[a-z ,.?]{0,60}"), 0..8)) {
        let said: Vec<Said> = lines.iter().map(|(who, text)| Said { by: [Speaker::Customer, Speaker::Agent, Speaker::Bot][usize::from(*who)], text: text.clone() }).collect();
        let transcript = Transcript { conversation_id: ConversationId(Uuid::from_u128(1)), said };
        if let Ok(found) = draft(&transcript, &[]) {
            let of = |speaker: Speaker| -> String { transcript.said.iter().filter(|said| said.by == speaker).flat_map(|said| said.text.chars()).filter(|c| !c.is_whitespace()).collect() };
            let (customer, agent) = (of(Speaker::Customer), of(Speaker::Agent));
            prop_assert!(found.question.chars().filter(|c| !c.is_whitespace() && *c != '…').all(|c| customer.contains(c)));
            for paragraph in found.answer.split_whitespace() {
                prop_assert!(paragraph.chars().all(|c| agent.contains(c)));
            }
        }
    }
}
