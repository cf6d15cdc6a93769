//! Word, PowerPoint and spreadsheets.
#![allow(clippy::unwrap_used)]

mod common;

use common::*;
use yingda_document::{Format, Place, UnreadReason};

#[test]
fn a_word_document_keeps_headings_lists_tables_and_looks() {
    let document = read_fixture("handbook.docx");
    assert_eq!(document.format, Format::Docx);
    assert_eq!(document.title.as_deref(), Some("员工手册"));
    assert_eq!(document.lang.as_deref(), Some("zh-CN"));
    let text = &document.markdown;
    assert!(text.contains("# 员工手册\n\n# 第一章 考勤\n"), "{text}");
    assert!(text.contains("工作时间为 **9:00–18:00**，午休一小时。"), "{text}");
    assert!(text.contains("- 带身份证\n- 带合同\n1. 填写申请\n2. 主管审批\n\n## 年假"), "{text}");
    assert!(text.contains("| 工龄 | 假期 | 备注 |\n| --- | --- | --- |\n| 1–10 年 | 5 天 | 需提前申请 |\n| 10–20 年 | 10 天 | 需提前申请 |"), "{text}");
    assert!(text.contains("A | B &lt;script>alert(1)&lt;/script> \\*x\\*"), "{text}");
    assert_eq!(warnings(&document), ["merged_cells"]);
}

#[test]
fn headings_come_from_chinese_styles_and_from_outline_levels() {
    let styles = "<w:styles xmlns:w='w'><w:style w:styleId='a'><w:name w:val='标题 2'/></w:style>\
        <w:style w:styleId='b'><w:name w:val='条款'/><w:basedOn w:val='c'/></w:style>\
        <w:style w:styleId='c'><w:name w:val='x'/><w:pPr><w:outlineLvl w:val='2'/></w:pPr></w:style>\
        <w:style w:styleId='t'><w:name w:val='toc 1'/></w:style></w:styles>";
    let relations = "<Relationships><Relationship Id='r1' Type='x/styles' Target='styles.xml'/></Relationships>";
    let body = [paragraph("t", "目录行"), paragraph("a", "二级"), paragraph("b", "三级"), paragraph("Heading1", "one")]
        .concat();
    let file = docx_with(
        &body,
        &[("word/styles.xml", styles.as_bytes()), ("word/_rels/document.xml.rels", relations.as_bytes())],
    );
    assert_eq!(read_ok("a.docx", &file).markdown, "## 二级\n\n### 三级\n\n# one\n");
}

#[test]
fn links_footnotes_pages_and_deleted_text_are_what_a_reader_sees() {
    let relations = "<Relationships><Relationship Id='r1' Type='x/hyperlink' Target='https://example.com/a' TargetMode='External'/>\
        <Relationship Id='r2' Type='x/hyperlink' Target='javascript:alert(1)' TargetMode='External'/>\
        <Relationship Id='r3' Type='x/footnotes' Target='footnotes.xml'/></Relationships>";
    let notes = "<w:footnotes xmlns:w='w'><w:footnote w:id='2'><w:p><w:r><w:t>以合同为准</w:t></w:r></w:p></w:footnote></w:footnotes>";
    let body = "<w:p><w:hyperlink r:id='r1'><w:r><w:t>帮助</w:t></w:r></w:hyperlink><w:r><w:t>与</w:t></w:r>\
        <w:hyperlink r:id='r2'><w:r><w:t>点我</w:t></w:r></w:hyperlink><w:r><w:footnoteReference w:id='2'/></w:r></w:p>\
        <w:p><w:del><w:r><w:delText>旧</w:delText></w:r></w:del><w:ins><w:r><w:t>新</w:t></w:r></w:ins>\
        <w:r><w:rPr><w:vanish/></w:rPr><w:t>藏</w:t></w:r></w:p>\
        <w:p><w:r><w:lastRenderedPageBreak/><w:t>次页</w:t></w:r></w:p>";
    let file = docx_with(
        body,
        &[("word/_rels/document.xml.rels", relations.as_bytes()), ("word/footnotes.xml", notes.as_bytes())],
    );
    let document = read_ok("a.docx", &file);
    assert_eq!(
        document.markdown,
        "<!-- page 1 -->\n\n[帮助](https://example.com/a)与点我[^2]\n\n新\n\n<!-- page 2 -->\n\n次页\n\n[^2]: 以合同为准\n"
    );
    assert_eq!((document.pages, warnings(&document)), (Some(2), vec!["links_dropped"]));
}

#[test]
fn numbers_of_clauses_are_counted() {
    let numbering = "<w:numbering xmlns:w='w'><w:abstractNum w:abstractNumId='0'><w:lvl w:ilvl='0'><w:start w:val='1'/>\
        <w:numFmt w:val='chineseCounting'/><w:lvlText w:val='第%1条'/></w:lvl></w:abstractNum>\
        <w:num w:numId='1'><w:abstractNumId w:val='0'/></w:num></w:numbering>";
    let relations = "<Relationships><Relationship Id='r1' Type='x/numbering' Target='numbering.xml'/></Relationships>";
    let clause = |text: &str| {
        format!(
            "<w:p><w:pPr><w:numPr><w:ilvl w:val='0'/><w:numId w:val='1'/></w:numPr></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"
        )
    };
    let body = clause("总则") + &clause("范围");
    let file = docx_with(
        &body,
        &[("word/numbering.xml", numbering.as_bytes()), ("word/_rels/document.xml.rels", relations.as_bytes())],
    );
    assert_eq!(read_ok("a.docx", &file).markdown, "第一条 总则\n\n第二条 范围\n");
}

#[test]
fn a_sheet_becomes_a_table_with_its_title_and_remark_around_it() {
    let document = read_fixture("prices.xlsx");
    assert_eq!(document.title.as_deref(), Some("价格表"));
    assert_eq!(
        document.markdown,
        "<!-- sheet 价格 -->\n\n2025 年价格表\n\n| 型号 | 颜色 | 价格 | 上市日期 |\n| --- | --- | --- | --- |\n\
         | X1 | 黑 | ¥5,999.00 | 2025-03-01 |\n| X1 | 白 | ¥5,999.00 | 2025-03-01 |\n| X2 | 银 | ¥7,999.50 | 2025-09-01 |\n\n\
         以上价格含税，如有变动以官网公布为准。\n\n<!-- sheet 折扣 -->\n\n| 等级 | 折扣 |\n| --- | --- |\n| 金卡 | 15% |\n"
    );
    assert_eq!(document.unread.len(), 1);
    assert_eq!(document.unread[0].reason, UnreadReason::Hidden);
    assert_eq!(document.unread[0].zh(), "工作表“内部成本”：已被作者隐藏，未读取");
    assert_eq!(warnings(&document), ["merged_cells"]);
}

#[test]
fn a_million_empty_rows_cost_nothing() {
    let document = read_fixture("far-cells.xlsx");
    assert!(document.markdown.contains("| a | b |"), "{}", document.markdown);
    assert!(document.markdown.contains("| last | row |"), "{}", document.markdown);
    assert!(document.markdown.len() < 200);
    assert_eq!(warnings(&document), ["cut"]);
    assert_eq!(refused("far-cells.xls", &fixture("far-cells.xls")).code(), "too_many_elements");
    let document = read_fixture("prices.ods");
    assert_eq!(document.format, Format::Ods);
    assert_eq!(
        document.markdown,
        "<!-- sheet 价格 -->\n\n| 型号 | 价格 |\n| --- | --- |\n| X1 | 5999 |\n| X2 | 7999 |\n"
    );
}

#[test]
fn an_old_workbook_is_read() {
    let document = read_fixture("prices.xls");
    assert_eq!(document.format, Format::Xls);
    assert!(
        document.markdown.contains("| 型号 | 价格 |\n| --- | --- |\n| X1 | 5999 |\n| X2 | 7999.5 |"),
        "{}",
        document.markdown
    );
    assert!(document.markdown.contains("| 合并 | b |"), "{}", document.markdown);
}

#[test]
fn slides_keep_titles_bullets_and_tables_but_not_notes_or_hidden_ones() {
    let document = read_fixture("launch.pptx");
    assert_eq!((document.format, document.pages), (Format::Pptx, Some(4)));
    assert_eq!(
        document.markdown,
        "<!-- slide 1 -->\n\n# 新品发布\n\n- 续航 20 小时\n   - 快充 30 分钟\n\n<!-- slide 2 -->\n\n# 参数\n\n\
         | 项目 | 数值 |\n| --- | --- |\n| 重量 | 1.2 kg |\n| 屏幕 | 14 英寸 |\n\n<!-- slide 3 -->\n\n<!-- slide 4 -->\n"
    );
    let unread: Vec<_> = document.unread.iter().map(|unread| (unread.place.clone(), unread.reason)).collect();
    assert_eq!(unread, [(Place::Slide(3), UnreadReason::Scanned), (Place::Slide(4), UnreadReason::Hidden)]);
    assert_eq!(warnings(&document), ["notes_ignored"]);
}
