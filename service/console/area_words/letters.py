"""Words of these pages: Official letters and lists, to be looked at and printed."""

from collections.abc import Mapping
from types import MappingProxyType

WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "lt_letters": ("公文書と名簿", "Letters and lists"),
        "lt_lead": (
            "記録されている事実から、通知書・受領書・証明書・名簿をPDFにします。作成したことは、ファイルのダイジェストとともに台帳に残ります。",
            "Notices, receipts, certificates and lists as PDF, from what is recorded. The ledger keeps the digest of each.",
        ),
        "lt_owed": ("まだ送っていない通知", "Letters still owed"),
        "lt_about_what": ("内容", "About"),
        "lt_to": ("宛先", "To"),
        "lt_since": ("いつから", "Owed since"),
        "lt_asked_by": ("根拠", "Citation"),
        "lt_next": ("つぎにすること", "Next"),
        "lt_record_sending": ("送付を記録する", "Record that it went out"),
        "lt_kinds": ("作成できる文書", "What you can make"),
        "lt_registers": ("簿冊の出力", "Registers on paper"),
        "lt_registers_about": (
            "管理簿・名簿などを、PDF、Excel、CSVで出力します。読んだことは台帳に残ります。",
            "Registers as PDF, Excel or CSV. That one was read stands in the ledger.",
        ),
        "lt_register": ("簿冊", "Register"),
        "lt_organization": ("組織", "Organization"),
        "lt_for_what": ("対象", "For"),
        "lt_all_of_kind": ("一覧", "All of this kind"),
        "lt_about_handler_list": (
            "情報ごとの取扱者の名簿です。PDFとExcelで作成できます。",
            "Who may handle one information, as PDF or workbook.",
        ),
        "lt_about_candidate_list": (
            "同意した候補者だけを、評価をする行政機関に提出する名簿です。",
            "Of those who agreed alone, for the organ that assesses.",
        ),
        "lt_nothing": ("いま作成できるものはありません。", "There is nothing to make one of now."),
        "lt_dated": ("日付", "Dated"),
        "lt_number": ("文書番号", "Document no."),
        "lt_purpose": ("目的", "Purpose"),
        "lt_purpose_lead": (
            "目的を選ぶと表示します。見たことは、本人の記録に残ります。",
            "Choose what for. That you looked stands on the record of each person concerned.",
        ),
        "lt_preview": ("文書の内容", "What it will say"),
        "lt_preview_lead": (
            "この文書に書かれる内容です。誤りがあれば、もとの記録を訂正してください。",
            "This is what it will say. If something is wrong, put the record right.",
        ),
        "lt_number_blank": ("第　　　　号(番号は記入します)", "No. (to be filled in)"),
        "lt_blank": ("(記入します)", "(to be filled in)"),
        "lt_by_hand": ("(手書きの欄)", "(space, by hand)"),
        "lt_more_rows": ("ほかに{count}行あります。PDFにはすべて入ります。", "{count} more rows; the file has them all."),
        "lt_seeing": ("この内容を見ることができる役割", "Which roles may see this"),
        "lt_seeing_says": (
            "及ぶ範囲にあるときに限り、目的が要る役割は目的を選んだうえで見ることができます:",
            "Within their reach, and where it takes a purpose only with one:",
        ),
        "lt_comma": ("、", ", "),
        "lt_colon": (":", ": "),
        "lt_make_says": (
            "作成すると、ファイルのダイジェスト(SHA-256)が台帳に記録され、ファイルが保存されます。",
            "When made, its digest (SHA-256) is recorded in the ledger and the file is saved.",
        ),
        "lt_register_says": (
            "出力すると、読んだことが台帳に記録され、ファイルが保存されます。",
            "That you read it is recorded in the ledger, and the file is saved.",
        ),
        "lt_make_pdf": ("PDFを作成する", "Make the PDF"),
        "lt_make_xlsx": ("Excelで作成する", "Make a workbook"),
        "lt_make_csv": ("CSVで出力する", "Make a CSV file"),
        "lt_make_cp932": ("CSV（シフトJIS）で出力する", "Make a CSV file (Shift JIS)"),
        "lt_make_jsonl": ("JSON Linesで出力する", "Make JSON lines"),
        "lt_missing": ("印刷できない文字があります", "Some characters cannot be printed"),
        "lt_missing_says": (
            "次の文字は、使える書体にありません。書体を追加するか、〓に置き換えて欄外に文字コードを記すことができます。文字が黙って消えることはありません。",
            "No font here has these. Add a font, or let 〓 stand for them with their codes at the foot. Nothing is ever left out silently.",
        ),
        "lt_too_long": (
            "行が多すぎるため、PDFにはできません。Excelで作成してください。",
            "Too many rows for paper. Make a workbook instead.",
        ),
        "lt_stand_in": ("〓に置き換え、文字コードを欄外に記す", "Let 〓 stand for them, with their codes at the foot"),
        "lt_template_trouble": ("この組織の様式ファイルが使えません", "Your organization's own template does not work"),
        "lt_template_trouble_says": (
            "文書は作成していません。様式ファイルを直すか、標準の様式で作成してください。",
            "Nothing was made. Mend the template, or use the built-in one.",
        ),
        "lt_ours": ("標準の様式で作成する", "Use the built-in template"),
        "lt_field_title": ("件名", "Title"),
        "lt_field_number": ("文書番号", "Document no."),
        "lt_field_basis": ("根拠", "Citation"),
        "lt_field_to": ("宛先", "To"),
        "lt_field_sender": ("発信者", "Sender"),
        "lt_field_body": ("本文", "Body"),
        "lt_japanese": ("日本語", "Japanese"),
        "lt_english": ("英語", "English"),
    }
)
