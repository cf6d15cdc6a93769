"""Prints what scripts/language-figures measured as a Markdown table."""
import json
import pathlib
import sys

folder = pathlib.Path(sys.argv[1])


def load(name):
    return json.loads((folder / f"{name}.json").read_text())


def share(value):
    return "–" if value is None else f"{100 * value:.1f}"


def row(what, figure, note=""):
    print(f"| {what} | {figure} | {note} |")


print("| what | measured | |")
print("|---|---|---|")
m = load("banking77")
row("BANKING77 accuracy", share(m["accuracy"]),
    f"words alone {share(m['words_only_accuracy'])}, always with meaning {share(m['full_accuracy'])}; "
    f"{share(m['embedded'])} % needed the embedding; {m['ms_per_text']:.2f} ms a text; fitted in {m['fitting_seconds']:.1f} s")
for shots in load("banking77-shots")["shots"]:
    row(f"BANKING77, {shots['shots']} examples an intent", share(shots["accuracy"]), f"mean of {len(shots['accuracies'])} draws")
m = load("banking77-noise")
row("BANKING77 with 10 % slips", share(m["noise"]["accuracy"]), f"falls by {100 * (m['accuracy'] - m['noise']['accuracy']):.1f} points")
m = load("clinc150")
row("CLINC150 in scope, nothing turned away", share(m["in_scope_accuracy"]))
row("CLINC150 with threshold: in scope / out of scope",
    f"{share(m['in_scope_accuracy_after_rejection'])} / {share(m['out_of_scope_recall'])}", f"AUROC {m['belonging_auroc']:.3f}")
row("HWU64 accuracy", share(load("hwu64")["accuracy"]))
row("xSID Chinese, learnt from English", share(load("xsid")["accuracy"]))
row("IT tickets to 8 queues", share(load("tickets")["accuracy"]))
row("GoEmotions in five groups, macro-F1", share(load("emotion")["macro_f1"]), f"words alone {share(load('emotion-words')['macro_f1'])}")
for lang, name in (("zh", "Chinese"), ("en", "English")):
    m = load(f"emotion-{lang}")
    row(f"emotion of service messages, {name}: accuracy / macro-F1", f"{share(m['accuracy'])} / {share(m['macro_f1'])}", "shipped weights")
row("offensive Chinese (COLD), accuracy", share(load("offence")["accuracy"]))
for lang, name in (("zh", "Chinese"), ("en", "English")):
    m = load(f"safety-{lang}")["decided"]
    row(f"danger in service messages, {name}: noticed / false alarms", f"{share(m['noticed'])} / {share(m['false_alarms'])}", "shipped weights")
for lang, name in (("en", "Presidio, English"), ("zh", "own set, Chinese")):
    m = load(f"pii-{lang}")
    row(f"personal data, {name}: precision / recall / F1",
        f"{share(m['precision'])} / {share(m['recall'])} / {share(m['f1'])}", "exact spans, types that are looked for")
