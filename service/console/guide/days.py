"""First days: what somebody new does, step by step, and where."""

from dataclasses import dataclass

from service.console.words import Language

Both = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its name, what to do, and the page where it is done."""

    says: Both
    does: Both
    path: str

    def title(self, language: Language) -> str:
        """Return the step's name."""
        return self.says[0 if language == "ja" else 1]

    def text(self, language: Language) -> str:
        """Return what to do."""
        return self.does[0 if language == "ja" else 1]


@dataclass(frozen=True, slots=True)
class FirstDay:
    """The first day of somebody in a role."""

    who: str
    says: Both
    leads: Both
    steps: tuple[Step, ...]

    @property
    def path(self) -> str:
        """Its address."""
        return f"/guide/first-day/{self.who}"

    def title(self, language: Language) -> str:
        """Return its name."""
        return self.says[0 if language == "ja" else 1]

    def lead(self, language: Language) -> str:
        """Return what it leads to."""
        return self.leads[0 if language == "ja" else 1]


DAYS: tuple[FirstDay, ...] = (
    FirstDay(
        "hr",
        ("人事担当者のはじめの一日", "An HR officer's first day"),
        (
            "人事システムの名簿から、候補者の登載、届いた結果の記録までを一日で行います。",
            "From the roster of the personnel system to candidates, and to the results that arrived, in one day.",
        ),
        (
            Step(
                ("名簿を取り込む", "Bring the roster in"),
                (
                    (
                        "人事システムから書き出したCSVまたはExcelをそのまま選びます。文字コードと列は自動で見分けます。"
                        "新しい人・変わる人・変わらない人・取り込めない行を確認し、1回の確定で起案します。"
                    ),
                    (
                        "Choose the CSV or Excel file as your personnel system writes it; encoding and columns are found out. "
                        "Look at who is new, changed, unchanged and rejected, and confirm once."
                    ),
                ),
                "/people/import",
            ),
            Step(
                ("別の人が決裁する", "Another person approves"),
                (
                    "所属を広げる記録は、決裁者または別の担当者が一度で決裁します。自分の起案は自分では決裁できません。",
                    "What widens anything is approved once by another person. Nobody approves their own.",
                ),
                "/proposals",
            ),
            Step(
                ("候補者を選ぶ", "Choose candidates"),
                (
                    "適性評価の候補者を人の一覧から選び、説明文書の版と本人の回答を記録します。",
                    "Choose candidates for assessment, and record which explanation they got and what they answered.",
                ),
                "/people/candidates",
            ),
            Step(
                ("結果の通知を記録する", "Record the results that arrived"),
                (
                    "行政機関から届いた結果の一覧を取り込み、1回の確認で記録します。理由は届かず、記録もしません。",
                    "Bring in the list that the organ sent and confirm once. Reasons do not arrive, and are never recorded.",
                ),
                "/people/results",
            ),
            Step(
                ("人のページを見る", "Look at a person's page"),
                (
                    "名前・かな・番号で探し、いま取り扱えるか、なぜ取り扱えないかを確認します。",
                    "Search by name, kana or number, and see whether they may handle something now, and why not.",
                ),
                "/people",
            ),
            Step(
                ("期日を見る", "Look at what is due"),
                (
                    "教育、誓約、10年の満了などの期日は、ホームと期日のページに出ます。",
                    "Trainings, pledges and the end of ten years stand on the home page and among the deadlines.",
                ),
                "/deadlines",
            ),
        ),
    ),
    FirstDay(
        "information",
        ("情報管理者のはじめの一日", "An information manager's first day"),
        (
            "届いた指定の通知を記録し、取り扱う人を名簿に載せ、期日どおりに知らせます。",
            "Record the designation that arrived, list its handlers, and tell everyone in time.",
        ),
        (
            Step(
                ("指定を記録する", "Record the designation"),
                (
                    "行政機関では指定を行い、事業者では届いた通知書(番号・日付・届いた日)から記録します。",
                    "An organ designates; an operator records the letter that came, with its number, its date and its arrival.",
                ),
                "/informations",
            ),
            Step(
                ("契約を確かめる", "Check the contract"),
                (
                    "契約に定める事項がすべて入っているか、確認表で見ます。",
                    "See by its checklist whether the contract fixes all that it must.",
                ),
                "/contracts",
            ),
            Step(
                ("取扱者を名簿に載せる", "List the handlers"),
                (
                    "部署・職・氏名のどれでも載せられます。載せるには二人、外すには一人です。",
                    "By unit, by post or by name. Listing takes two people, removing one.",
                ),
                "/lists",
            ),
            Step(
                ("資料を受け、ラベルを貼る", "Receive documents and label them"),
                (
                    "登録番号のQRラベルを印刷し、貸出と返却はバーコードリーダーで読み取ります。",
                    "Print a QR label with the register number; lending and returning go by the bar-code reader.",
                ),
                "/desk",
            ),
            Step(
                ("現物を照合する", "Check what is there"),
                (
                    "照合表を印刷し、結果を画面で入力します。年2回以上です。",
                    "Print the sheet, check, and enter what you found, at least twice a year.",
                ),
                "/inspections",
            ),
            Step(
                ("期日に備える", "Be ready for the dates"),
                (
                    "満了・返却・見直しの期日を月ごと・年度ごとに見て、予定表(ICS)に取り込みます。",
                    "See expiries, returns and reviews by month and fiscal year, and take them into your calendar.",
                ),
                "/deadlines",
            ),
        ),
    ),
    FirstDay(
        "audit",
        ("監査担当者のはじめの一日", "An auditor's first day"),
        (
            "台帳が無傷であることを自分で確かめ、問いから書出しまでを行います。",
            "Verify the ledger yourself, and go from a question to an export.",
        ),
        (
            Step(
                ("台帳を検証する", "Verify the ledger"),
                (
                    "何件のうち何件が無傷か、どこまで署名されているかを見ます。手元の端末での検証方法もここにあります。",
                    "See how many of how many entries are intact and how far the log is signed, and how to verify it on your own machine.",
                ),
                "/ledger/verification",
            ),
            Step(
                ("記録を探す", "Find entries"),
                (
                    "誰が・何を・いつで絞り込み、文章と原文(JSON)で読みます。見たことも記録されます。",
                    "Filter by who, what and when; read entries as sentences and as they stand. That you looked is an entry too.",
                ),
                "/ledger",
            ),
            Step(
                ("判断をやり直してみる", "Re-run a decision"),
                (
                    "当時の事実と規程から、同じ答えになるかを確かめます。",
                    "See whether the facts and policies of that day give the same answer again.",
                ),
                "/ledger",
            ),
            Step(
                ("利用者と役割を見る", "Look at users and roles"),
                (
                    "最後のサインインと、兼ねられない役割の組を確認します。",
                    "See who signed in when, and whether somebody holds roles that are kept apart.",
                ),
                "/auditing/users",
            ),
            Step(
                ("書き出す", "Export"),
                ("いま見ている範囲だけを、そのまま書き出します。", "Export exactly what you see."),
                "/ledger",
            ),
        ),
    ),
)
