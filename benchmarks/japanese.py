"""What figures are called in Japanese: names and details are made in English, and each phrase of them has its twin here."""

import re

PHRASES = (
    (r"audited check / hello, (\d+) connections", r"判定（記録あり）/ hello、\1接続"),
    (r"audit on / audit off", "記録あり / 記録なし"),
    (r"audited check / straightforward server", "判定（記録あり）/ 素朴な実装"),
    (r"p99 of an audited check, (\d+) connections", r"判定（記録あり）の p99、\1接続"),
    (r"audited check / Cerbos over HTTP with file audit", "判定（記録あり）/ Cerbos（HTTP、ファイルへの監査記録あり）"),
    (r"p50 of a permit at one connection / Cerbos", "許可の p50、1接続 / Cerbos"),
    (r"decisions in batches of 50 / Cerbos", "50件一括の判定 / Cerbos"),
    (r"decisions a second in batches of 50", "50件一括での毎秒の判定数"),
    (r"three processes on one log / one, (\d+) connections together", r"一つのログに三つのプロセス / 一つ、合わせて\1接続"),
    (r"one ([\d,]+)/s, three ([\d,]+)/s, the slowest ([\d.]+) of the fastest", r"一つ \1/s、三つ \2/s、最も遅いものは最も速いものの \3"),
    (r"with a snapshot open / without", "長い読み取りの間 / なし"),
    (r"p50 of a permit at ([\d,]+) people / at ([\d,]+)", r"許可の p50、\1人 / \2人"),
    (r"memory of a person and a document in the snapshot", "利用者1人と文書1件のメモリ"),
    (r"start with ([\d,]+) people and documents", r"利用者・文書各\1件での起動"),
    (r"compiled policies / Cedar engine with parsed handles, in speed", "コンパイルしたポリシー / Cedar エンジン（解析済み）、速さ"),
    (r"the same, with the facts read anew for each question", "同上、事実を問いごとに読み直す場合"),
    (r"entries verified a second: hashes, order, signatures", "毎秒の検証件数：ハッシュ・順序・署名"),
    (r"hashes, order, signatures / bare hashing, in time", "ハッシュ・順序・署名 / ハッシュ計算のみ、時間"),
    (
        r"entries of a package verified a second, with their forms and files",
        "証拠パッケージの毎秒の検証件数（形式とファイルを含む）",
    ),
    (r"decisions opened and judged again a second", "開示を開封し判定をやり直した件数（毎秒）"),
    (
        r"no difference in ([\d,]+) generated requests, ([\d,]+) of them permits",
        r"生成した要求\1件で相違なし（うち許可\2件）",
    ),
    (r"of hello ([\d.]+) without, ([\d.]+) behind (\d+) s of checks under it", r"hello 比で、なし \1、\3秒の判定の後 \2"),
    (r"([\d,]+) entries; bare hashing ([\d,]+)/s, forms ([\d,]+)/s", r"\1件。ハッシュ計算のみ \2/s、形式 \3/s"),
    (r"(ours|cerbos) ([\d,]+) decisions/s", r"\1 \2件/s"),
    (r"^([\d,]+) decisions$", r"判定\1件"),
    (r"\bours\b", "本サービス"),
    (r"\bunaudited\b", "記録なし"),
    (r"\bnaive\b", "素朴な実装"),
    (r"\bcheck\b", "判定"),
    (r"\bcerbos\b", "Cerbos"),
)


def japanese(told: str) -> str:
    """Return a figure's name or detail in Japanese; figures and proper names stay."""
    for phrase, twin in PHRASES:
        told = re.sub(phrase, twin, told)
    return told
