//! Files and tables become graphs, and what is wrong with them is said.

#![allow(clippy::unwrap_used)]

use yingda_graph::{
    Graph, ImportError, LinkRow, Problem, Schema, ThingRow, Value, ValueKind, propose, read_graph, read_links,
    read_schema, read_things,
};

const SCHEMA: &str = "kind,name,of,value,unit,label:zh,label:en,synonyms,more,less,to,inverse\n\
type,phone,,,,手机,phone,,,,,\n\
type,brand,,,,品牌,brand,,,,,\n\
attribute,battery,phone,number,mAh,电池容量,battery,电池,大|big,小|small,,\n\
attribute,weight,phone,number,g,重量,weight,,重|heavy,轻|light,,\n\
attribute,colours,phone,list,,颜色,colours,,,,,\n\
attribute,fast,phone,bool,,快充,fast charging,,,,,\n\
relation,made_by,phone,,,品牌,brand,,,,brand,makes\n";

const PHONES: &str = "id,type,name:zh,name:en,battery[mAh],weight[kg],colours:zh,colours:en,fast\n\
P1,phone,远山一号,Far One,5000,0.2,黑|白,black|white,是\n\
P2,phone,远山二号,Far Two,4500,0.18,黑,black,no\n\
B,brand,远山,Far,,,,,\n";

fn graph(links: &str) -> Result<Graph, Vec<String>> {
    read_graph(SCHEMA, &[PHONES], &[links]).map_err(|errors| errors.iter().map(ToString::to_string).collect())
}

#[test]
fn things_and_links_are_read_from_csv() {
    let graph = graph("from,relation,to\nP1,made_by,B\nP2,made_by,B\n").unwrap();
    let first = graph.thing("P1").unwrap();
    assert_eq!(first.attributes["weight"], Value::Number { amount: 0.2, unit: Some("kg".to_owned()) });
    assert_eq!(first.attributes["fast"], Value::Bool { value: true });
    assert!(
        matches!(&first.attributes["colours"], Value::List { items } if items.len() == 2 && items[1]["en"] == "white")
    );
    assert_eq!(graph.path("P1", "P2", 4), Some(vec!["P1", "B", "P2"]));
    assert_eq!(graph.path("P1", "P2", 1), None);
}

#[test]
fn rows_survive_json() {
    let graph = graph("from,relation,to\nP1,made_by,B\n").unwrap();
    let things: Vec<ThingRow> = serde_json::from_str(&serde_json::to_string(graph.things()).unwrap()).unwrap();
    let links: Vec<LinkRow> = serde_json::from_str(&serde_json::to_string(graph.links()).unwrap()).unwrap();
    let schema: Schema = serde_json::from_str(&serde_json::to_string(graph.schema()).unwrap()).unwrap();
    assert_eq!(things, graph.things());
    assert_eq!(links, graph.links());
    assert_eq!(&schema, graph.schema());
    Graph::new(schema, things, links).unwrap();
}

#[test]
fn a_schema_is_inferred_from_the_files() {
    let mut schema = Schema::default();
    let mut things = Vec::new();
    let text = "id,type,name,price[CNY],seats,open,since,note:zh\nA,cafe,Anna,12,40,yes,2020-01-31,安静\nB,cafe,Bella,15,,no,,\n";
    read_things(text, &mut schema, &mut things).unwrap();
    let mut links = Vec::new();
    read_links("from,relation,to\nA,near,B\nB,near,A\n", &mut schema, &mut links).unwrap();
    let kinds: Vec<(&str, ValueKind)> = schema.attributes.iter().map(|row| (row.name.as_str(), row.value)).collect();
    let expected = [
        ("price", ValueKind::Number),
        ("seats", ValueKind::Number),
        ("open", ValueKind::Bool),
        ("since", ValueKind::Date),
        ("note", ValueKind::Text),
    ];
    assert_eq!(kinds, expected);
    Graph::new(schema, things, links).unwrap();
}

#[test]
fn a_broken_file_is_refused_with_its_line() {
    let mut schema = read_schema(SCHEMA).unwrap();
    let mut things = Vec::new();
    let bad =
        read_things("id,type,name:zh,battery[mAh]\nP1,phone,一,5000\nP2,phone,二,big\n", &mut schema, &mut things);
    let message = bad.unwrap_err().to_string();
    assert_eq!(message, "line 3, column `battery[mAh]`: expected a number such as 1250 or 1.7, got `big`");
    let ragged = read_things("id,type\nP1,phone,extra\n", &mut schema, &mut things).unwrap_err();
    assert!(matches!(ragged, ImportError::Csv { line: 2, .. }), "{ragged}");
    assert_eq!(read_links("from,to\n", &mut schema, &mut Vec::new()).unwrap_err(), ImportError::NoColumn("relation"));
    assert!(read_schema("kind,name\nplanet,earth\n").unwrap_err().to_string().contains("type, attribute or relation"));
}

#[test]
fn a_graph_with_faults_is_refused_with_all_of_them() {
    let errors = graph("from,relation,to\nP1,made_by,nobody\nP1,made_by,P2\n").unwrap_err();
    assert_eq!(
        errors,
        [
            "the link P1 –made_by→ nobody leads nowhere: there is no thing `nobody`",
            "the link P1 –made_by→ P2 is not allowed: `P2` is a phone",
        ]
    );
}

#[test]
fn unit_mismatch_unknown_type_and_same_name_are_told() {
    let schema = read_schema(SCHEMA).unwrap();
    let thing = |id: &str, kind: &str, name: &str| {
        let names = [("zh".to_owned(), name.to_owned())].into_iter().collect();
        ThingRow { id: id.to_owned(), kind: kind.to_owned(), names, ..ThingRow::default() }
    };
    let mut heavy = thing("P1", "phone", "一");
    let value = Value::Number { amount: 5.0, unit: Some("L".to_owned()) };
    heavy.attributes.insert("weight".to_owned(), value);
    let problems =
        Graph::new(schema, vec![heavy, thing("P2", "phone", "一"), thing("X", "planet", "地球")], Vec::new())
            .unwrap_err();
    assert!(problems.iter().any(|problem| matches!(problem, Problem::Unit { .. })));
    assert!(problems.iter().any(|problem| matches!(problem, Problem::NameTwice { .. })));
    assert!(problems.iter().any(|problem| matches!(problem, Problem::UnknownType { .. })));
}

#[test]
fn a_type_within_itself_is_refused() {
    let schema = read_schema("kind,name,of\ntype,a,b\ntype,b,a\n").unwrap();
    let problems = Graph::new(schema, Vec::new(), Vec::new()).unwrap_err();
    assert!(problems.contains(&Problem::TypeCircle { name: "a".to_owned() }));
}

#[test]
fn a_table_of_parameters_becomes_one_thing() {
    let schema = read_schema(SCHEMA).unwrap();
    let text = "# 远山三号\n\n| 参数 | 数值 |\n|---|---|\n| 电池 | 5500 毫安 |\n| 重量 | 约 0.21 kg |\n| 快充 | 支持 |\n| 屏幕 | 6.5 寸 |\n| 芯片 | 山 9 |\n";
    let found = propose(text, "远山三号", "phone", &schema);
    let [proposal] = &found[..] else { panic!("{found:?}") };
    assert_eq!(proposal.line, 3);
    let thing = &proposal.things[0];
    assert_eq!(thing.names["zh"], "远山三号");
    assert_eq!(thing.attributes["weight"], Value::Number { amount: 210.0, unit: Some("g".to_owned()) });
    assert_eq!(thing.attributes["battery"], Value::Number { amount: 5500.0, unit: Some("mAh".to_owned()) });
    assert_eq!(thing.attributes["fast"], Value::Bool { value: true });
    let new: Vec<(&str, ValueKind)> = proposal.attributes.iter().map(|row| (row.name.as_str(), row.value)).collect();
    assert_eq!(new, [("屏幕", ValueKind::Number), ("芯片", ValueKind::Text)]);
}

#[test]
fn a_comparison_is_read_by_columns_and_by_rows() {
    let schema = read_schema(SCHEMA).unwrap();
    let columns = "| | Far One | Far Two |\n|---|---|---|\n| Battery (mAh) | 5000 | 4500 |\n| Weight | 200 g | n/a |\n";
    let rows =
        "| Model | Battery | Weight (g) |\n|---|---|---|\n| Far One | 5000 mAh | 200 |\n| Far Two | 4500 mAh | - |\n";
    for text in [columns, rows] {
        let found = propose(text, "ignored", "phone", &schema);
        let [proposal] = &found[..] else { panic!("{found:?}") };
        let names: Vec<&str> = proposal.things.iter().map(|thing| thing.names["en"].as_str()).collect();
        assert_eq!(names, ["Far One", "Far Two"]);
        assert_eq!(proposal.things[0].attributes.len(), 2);
        assert_eq!(proposal.things[1].attributes.len(), 1);
        assert!(proposal.attributes.is_empty());
    }
}

#[test]
fn what_is_no_table_of_things_proposes_nothing() {
    let schema = read_schema(SCHEMA).unwrap();
    for text in ["", "| a |", "|||\n|||\n|||", "| x | y |", "no table\n- at all"] {
        assert!(propose(text, "x", "phone", &schema).is_empty(), "{text}");
    }
}
