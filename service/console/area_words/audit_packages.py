"""Words of the page of evidence packages."""

PACKAGES = {
    "packages": ("証拠パッケージ", "Evidence packages"),
    "packages_lead": (
        (
            "台帳の一部を、このサービスに頼らずに確かめられる形で持ち帰ります。範囲のすべてのリーフが入るので、絞り込んでも漏れがないことを"
            "確かめられます。求めたことも、完成したことも記録されます。"
        ),
        (
            "Take away a part of the ledger such that it can be checked without this service. Every leaf of the range is in it, so that"
            " nothing can be missing even of what was narrowed down. That you asked, and what became of it, is recorded."
        ),
    ),
    "packages_ask": ("求める", "Ask for one"),
    "packages_filter": ("何を", "Of what"),
    "packages_everything": ("すべて", "Everything"),
    "packages_query": ("保存した照会: {name}", "Saved query: {name}"),
    "packages_organ": (
        "{name} の検査担当者へ（提供された情報に関する記録のみ）",
        "For an inspector of {name} (what concerns its information)",
    ),
    "packages_since_hint": (
        "前回のパッケージのチェックポイントを貼り付けると、その続きであることの証明が付きます。保存した照会では不要です。",
        "Paste the checkpoint of your last package to be given the proof that this one continues it. A saved query needs none.",
    ),
    "packages_since": ("前回のチェックポイント（任意）", "Last checkpoint (if any)"),
    "packages_purpose": ("開示", "Disclosures"),
    "packages_leaves_alone": ("開示なし（公開部分とハッシュのみ。件数の上限なし）", "None: clear parts and hashes alone, without a limit"),
    "packages_purpose_hint": (
        "目的を選ぶと、閲覧権限の範囲で理由などが入ります。その件数は一日の上限に数え、関係する本人の記録に残ります。",
        (
            "With a purpose, reasons and the like are included as far as you may see them; they count against the day's budget, and"
            " stand on the record of everybody whom they are about."
        ),
    ),
    "packages_views": ("表の形式", "Views"),
    "packages_view_csv": ("CSV（Excel 用）", "CSV for Excel"),
    "packages_view_cp932": ("CSV（CP932）", "CSV in CP932"),
    "packages_view_xlsx": ("Excel ブック", "Workbook"),
    "packages_view_jsonl": ("JSON Lines", "JSON lines"),
    "packages_view_ocsf": ("OCSF", "OCSF"),
    "packages_do": ("パッケージを作る", "Make the package"),
    "packages_own": ("あなたのパッケージ", "Your packages"),
    "packages_none": ("まだありません。", "None yet."),
    "packages_kept": ("完成後、一週間ここに置かれます。", "Each is kept here for a week."),
    "packages_id": ("番号", "Package"),
    "packages_range": ("範囲", "Range"),
    "packages_state": ("状態", "State"),
    "packages_take": ("持ち帰る", "Take away"),
    "packages_under_way": ("作成中", "Being made"),
    "packages_ready": ("完成", "Ready"),
    "packages_failed": ("作成できず", "Not made"),
    "packages_again": ("状態を更新", "Look again"),
    "packages_entries": ("{start} 番から {end} 番の前まで（全 {size} 件中）", "{start} to before {end} (of {size})"),
    "packages_told": ("開示 {disclosed}、消去 {erased}、非開示 {withheld}", "{disclosed} disclosed, {erased} erased, {withheld} withheld"),
    "packages_manifest": ("目録の SHA-256", "SHA-256 of the manifest"),
    "packages_unwitnessed": ("証人の連署なし", "Not witnessed"),
    "packages_why_OvertakenError": (
        "作成中に鍵の破棄又は封印があったため、取りやめました。もう一度求めてください。",
        "Something was destroyed or sealed away meanwhile. Ask again.",
    ),
    "packages_why_PackageFaultError": (
        "台帳がチェックポイントと合いません。台帳の検証を行ってください。",
        "The ledger is not what its checkpoint says. Verify the ledger.",
    ),
    "packages_why_DivergedError": (
        "台帳が前回のチェックポイントの続きではありません。そのチェックポイントを証拠として保管してください。",
        "The ledger does not continue your checkpoint. Keep that checkpoint: it is evidence.",
    ),
    "packages_check": ("確かめ方", "How to check"),
    "packages_check_text": (
        "中の VERIFY.ja.md をお読みください。検証プログラムのハッシュとログの鍵は、別の経路で届いたものと照合します。",
        "Read VERIFY.en.md in it. Compare the hash of the verifier and the log's key with what reached you by another way.",
    ),
    "packages_verifier": ("verify.pyz の SHA-256", "SHA-256 of verify.pyz"),
    "packages_no_witness": (
        "証人の連署が時間内に届きませんでした。連署のないものは公表しない設定です。証人を確かめ、後でもう一度求めてください。",
        "the witnesses did not cosign in time, and this site publishes nothing that they have not. See to them, and ask again later.",
    ),
    "packages_unfit": ("このままでは作成できません: {why}", "It cannot be made like this: {why}"),
}
