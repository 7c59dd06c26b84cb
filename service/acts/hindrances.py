"""What keeps an act from being done, in Japanese and English: the reason of every refusal, and the kinds of problems."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from service.statute.refusals import Refusal

Language = Literal["ja", "en"]

REASONS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        # Designations (Act 3 and 4)
        "already_public": ("既に公になっている情報は指定できません", "What is public already is not designated"),
        "is_sds": ("特定秘密に当たる情報は指定できません", "A specially designated secret is not designated under this Act"),
        "validity_over_five_years": ("有効期間は5年を超えられません", "The validity is at most five years"),
        "extension_over_five_years": ("一度の延長は5年を超えられません", "One extension is for at most five years"),
        "cabinet_approval_needed": (
            "通算30年を超える延長には内閣の承認が要ります",
            "Beyond thirty years in all it takes the approval of the Cabinet",
        ),
        "over_sixty_years": (
            "通算60年を超えられるのは、法が列挙する情報に限られます",
            "Beyond sixty years in all only what the Act lists is extended",
        ),
        "not_in_force": ("その日に有効な指定がありません", "No designation is in force on that day"),
        "requirement_not_met": ("条項の要件を満たしていません", "What the article requires is not met"),
        "wrong_seat": ("この立場では行えない行為です", "This act belongs to the other seat"),
        # Provisions (Act 6 to 10)
        "consent_of_designator_missing": (
            "指定をした行政機関の長の同意がありません",
            "The consent of the head who designated it is missing",
        ),
        "consultation_missing": ("あらかじめの協議がありません", "The prior consultation is missing"),
        "equivalence_missing": (
            "相手方の保護措置が同等であると認められていません",
            "That the recipient's protection is equivalent is not established",
        ),
        "safeguards_missing": ("相手方の保護の措置がそろっていません", "Safeguards at the recipient are missing"),
        "not_certified": ("適合事業者の認定がありません", "The operator is not certified"),
        "no_contract": ("対象とする有効な契約がありません", "No contract in force covers it"),
        "contract_incomplete": ("契約に定めるべき事項がそろっていません", "The contract does not settle all that it must"),
        "not_allowed_to_disclose": ("適合事業者が提供できる相手ではありません", "An operator may not disclose it to them"),
        # Scopes and lists (Act 5, 10(3)(i), 10(4), 11)
        "not_cleared": ("取り扱うことができる適性評価の結果がありません", "Nothing on record lets them handle it"),
        "outside_contract_units": ("契約で定めた範囲の部署ではありません", "The contract does not reach this unit"),
        "later_than_allowed": ("登載の終わりが、許される日より後です", "The listing would end later than it may"),
        "confirmation_overdue": ("前回の点検で確認されていない名簿です", "The list was not confirmed at its inspection"),
        "not_named_in_advance": (
            "一時登載をする者としてあらかじめ指名されていません",
            "They were not named in advance to list somebody alone",
        ),
        "own_listing": ("自分を登載することはできません", "Nobody lists themselves"),
        "emergency_repeated": ("一時登載は続けて行えません", "An emergency listing is not repeated so soon"),
        "was_removed": ("名簿から外された者を一人で戻すことはできません", "Nobody alone lists somebody who was taken off"),
        "may_not_handle": ("取り扱うことができる者に限られます", "Only to somebody who may handle it"),
        # Results and assessments (Act 11 to 16)
        "no_consent": ("本人の同意がありません", "The person's consent is missing"),
        "no_notice": ("本人への事前の告知がありません", "The advance notice to the person is missing"),
        "not_reusable": ("用いることができる調査の結果ではありません", "This investigation may not be reused"),
        "own_later_assessment": ("その後に自らが行った適性評価があります", "The head made an assessment of their own since"),
        "wrong_step": ("この段階では行えません", "This step is not due now"),
        "took_part": ("関与した者は苦情を処理できません", "Whoever took part does not deal with the complaint"),
        "told_by_its_step": (
            "評価を担当する者がいる行政機関では、結果は適性評価の手順によって記録します",
            "Where officers assess, a result is recorded by the step that tells it",
        ),
        "outcome_of_other_seat": ("この立場では記録しない結果の区分です", "This outcome is not recorded at this seat"),
        "original_day_missing": (
            "元の評価の通知日がないため、記録できません",
            "The original day is missing, and without it nothing is opened",
        ),
        "notice_missing": ("通知の書面の番号と日付が要ります", "The number and days of the notice are needed"),
        "later_day_widens": ("取り扱える期間が延びる日は、二人で記録します", "A day that lets somebody handle longer takes two people"),
        # Registers and duties (Order 11, 16, 17)
        "carries_nothing": ("重要経済安保情報を含まない文書等です", "The document carries no designated information"),
        "not_of_the_organization": ("この組織の簿冊の対象ではありません", "It belongs to no register of this organization"),
        "policies_do_not_ask": (
            "施行中の規程が承認を求めていません。先にこの版の規程を施行してください",
            "The policies in force ask for no approval; bring those of this version into force first",
        ),
        "set_by_law": ("法令の定めによるため、変更できません", "The law sets it, and the house does not loosen it"),
        "out_of_bounds": ("定められる範囲の外です", "It lies beyond the bounds"),
        "record_mismatch": ("記録が関所の書いたとおりではありません", "A record is not as it was written"),
        # Erasures and spills
        "still_employed": ("まだ在籍しています", "They still work here"),
        "still_listed": ("まだ取扱者名簿に載っています", "They still stand on a list"),
        "still_cleared": ("まだ取り扱うことができる期間内です", "They are still cleared"),
        "holds_documents": ("返却されていない文書等、又は管理する場所があります", "They still hold documents, or have charge of a place"),
        "assessment_open": ("適性評価又は苦情の手続が終わっていません", "An assessment or a complaint has not ended"),
        "role_held": ("役割が解かれていません", "They still hold a role"),
        "account_open": ("アカウントが終わっていません", "They still have an account"),
        "proposal_open": ("この人に関する起案が決裁を待っています", "A proposal about them waits for its decision"),
        "retention_runs": ("保存期間が満了していません", "A period for which the record is kept still runs"),
        "consent_missing": (
            "廃棄についての同意（公文書管理法第8条第2項）の番号が要ります",
            "The number of the consent to the disposal is needed (Public Records Act, Article 8(2))",
        ),
        "too_many_entries": ("同じ語句を含む記録が多すぎます", "Too many entries tell the same words"),
        "tells_of_the_log": ("鍵や封印を示す記録は封印できません", "What tells of keys and seals is not sealed away"),
        # Roles and proposals
        "own_proposal": ("自分の起案は決裁できません", "Nobody approves their own proposal"),
        "own_record": ("自分の記録に関する行為はできません", "Nobody acts on their own record"),
        "role_given_by_the_proposer": (
            "起案の後に起案者から与えられた役割では決裁できません",
            "A role given by the proposer after proposing does not approve",
        ),
        "not_the_proposer": ("起案者だけができます", "Only the proposer may do this"),
        "separated_roles": ("兼ねられない役割です", "These roles are kept apart"),
        "other_seat": ("この立場にはない役割です", "This seat has no such role"),
        "look_budget_spent": ("今日閲覧できる件数に達しました", "Today's budget of looks is spent"),
        "disclosure_budget_spent": (
            "今日開示できる行数に達しました。別の監査担当者又は決裁者の確認を受けてください",
            "Today's budget of disclosed rows is spent; a second auditor or the approver may confirm more",
        ),
        "confirms_oneself": ("自分の求めを自分では確認できません", "Nobody confirms their own request"),
        "confirmed_by_audited": ("監査の対象となる人は確認できません", "Whoever is audited does not confirm"),
        "too_long_to_tell": (
            "期間が長く、確認する人が監査の対象かどうかを確かめられません。期間を狭めてください",
            "The query's time is too long to tell whether the confirmer is audited; narrow it",
        ),
        "not_answered": ("まだ回答がありません", "It is not answered yet"),
        "answered_by_its_author": ("指摘した人は回答できません", "Whoever stated it does not answer it"),
        "closed_by_its_answerer": ("回答した人は終結できません", "Whoever answered it does not close it"),
        "not_a_giver": ("コードを渡せる役割ではありません", "None of your roles gives out codes"),
        "own_account": ("自分のコードは自分では出せません", "Nobody gives out their own code"),
        "same_person": ("残り半分は別の人が渡します", "The other half takes another person"),
    }
)
"""Why an act is refused, by the code of the refusal; a test finds every code that is raised."""

PROBLEMS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "refused": ("法令または規程により行えません。", "A law or a rule of the house says no."),
        "wrong-seat": (
            "行政機関の行為と適合事業者の行為は分かれています。この立場の行為の一覧を確かめてください。",
            "The acts of organs and of operators are kept apart; see which acts this seat has.",
        ),
        "designation-refused": (
            "法第3条又は第4条により、指定、延長、解除などができません。",
            "Act 3 or 4 does not allow this designation, extension or lifting.",
        ),
        "provision-refused": (
            "法第4条から第10条まで又は第18条の要件を満たさず、提供、認定、契約などができません。",
            "A provision, certification or contract lacks what Act 4 to 10 or 18 requires.",
        ),
        "listing-refused": (
            "法第5条、第10条又は第11条により、取扱者の範囲又は名簿に加えられません。",
            "Act 5, 10 or 11 does not let this person or unit onto the scope or list.",
        ),
        "clearance-refused": ("適性評価の結果として記録できません。", "This cannot be recorded as the result of an assessment."),
        "assessment-refused": (
            "法第12条から第16条までの手順に合いません。",
            "Act 12 to 16 does not allow this step of an assessment, or not now.",
        ),
        "register-refused": ("簿冊に記載できません。", "This cannot be entered in the register."),
        "duty-refused": ("教育、誓約、届出に関する定めにより行えません。", "A rule on trainings, pledges or reports says no."),
        "entrusting-refused": (
            "文書等は、取り扱うことができる者にだけ貸与できます。",
            "Documents are lent only to whoever may handle them.",
        ),
        "erasure-refused": (
            "この人の記録はまだ消去できません。",
            "The record of this person is not erased yet, or not so.",
        ),
        "spill-refused": ("この記録は封印できません。", "The disclosures of this entry cannot be sealed away."),
        "period-refused": ("内規の期間として定められません。", "The house cannot set this period so."),
        "proposal-refused": ("この人はこの起案を決裁できません。", "This person may not decide this proposal."),
        "own-record": ("自分の記録に関する行為はできません。", "Nobody acts on their own record."),
        "role-refused": (
            "役割の分離の定め、又は立場により、この役割は持てません。",
            "The separation of roles, or the seat, keeps this role from somebody.",
        ),
        "enrolment-refused": ("登録コードは二人が半分ずつ渡します。", "Two people give out the two halves of an enrolment code."),
        "disclosure-refused": (
            "保護された内容を、これ以上は開示できません。",
            "Nothing more of what is withheld is opened, or not on this person's word.",
        ),
        "finding-refused": (
            "指摘について、今、又はこの人が行うことはできません。",
            "This step of a finding does not come now, or not from this person.",
        ),
        "budget-spent": ("今日閲覧できる件数に達しました。", "Today's budget of looks is spent."),
        "log-closed": (
            "ログは閉じられ、後継のログがまだ始まっていないため、記録できません。",
            "The log was closed and its successor has not begun, so nothing can be recorded.",
        ),
        "signing-key": (
            "今の状態では、この署名鍵を加え、又は引退させることができません。",
            "This signing key cannot be added or retired as things are.",
        ),
        "succession": (
            "今の状態では、ログを閉じ、又は後継を始めることができません。",
            "The log cannot be closed, or its successor begun, as things are.",
        ),
        "loss": (
            "今の状態では滅失を宣言できないか、宣言した後の手続が済んでいません。",
            "A loss cannot be declared as things are, or what follows a declared loss is not done yet.",
        ),
        "conflict": ("求められたことが、記録と合いません。", "What is asked does not fit what is recorded."),
        "unknown-id": ("その番号のものはありません。", "Nothing has this id."),
        "unknown-application": ("その番号のアプリケーションはありません。", "No application has this id."),
        "already-recorded": ("既に記録されています。", "It is on record already."),
        "already-ended": ("既に終わっています。", "It has ended already."),
        "already-corrected": ("既に正されています。新しいものを正してください。", "It was put right already; put the newer one right."),
        "already-initialised": ("最初の登録は済んでいます。", "The ceremony was held already."),
        "conflicting-person": ("別の人の記録と衝突します。", "It conflicts with the record of another person."),
        "proposal-state": ("起案は別の状態にあります。", "The proposal is in another state."),
        "key-not-destroyable": ("この鍵は廃棄できません。", "This key is not one that can be destroyed."),
        "spill-state": (
            "この記録の内容は既に封印され若しくは破棄されているか、封印されていません。",
            "The disclosures of this entry are sealed away or destroyed already, or are not sealed.",
        ),
        "enrolment": ("その認証手段はありません。", "There is no such factor."),
        "not-found": ("この利用者が扱えるものの中に、指定されたものはありません。", "Nothing within your reach answers to that."),
        "signed-out": ("サインインしてください。", "Sign in first."),
        "not-allowed": ("この操作をする役割がありません。", "None of your roles may do this."),
        "step-up": ("続けるには、もう一度サインインしてください。", "Sign in again to go on."),
        "idempotency-key-reused": (
            "同じ Idempotency-Key で別の要求が行われました。",
            "Another request was made under the same Idempotency-Key.",
        ),
        "changed-since": ("確認した後に変更されています。読み直してください。", "It has changed since you read it; read it again."),
        "malformed": ("要求の形が正しくありません。", "The request is not of the form."),
        "overloaded": ("混み合っています。少し待ってやり直してください。", "Too much is waiting; try again in a moment."),
        "clock-unsure": ("時計が確かでないため、記録できません。", "The clock is unsure, and nothing can be recorded."),
        "unwitnessed": (
            "証人の連署がまだありません。この環境は、連署のないものを公表しません。後でもう一度求めてください。",
            "The witnesses have not cosigned yet, and nothing is given out before; ask again later.",
        ),
        "record-mismatch": (
            "記録が関所の書いたとおりではありません。監査担当者に知らせてください。",
            "A record is not as it was written; tell the auditor.",
        ),
        "entries-missing": (
            "データベースに、確定したはずの記録がありません。システム管理者に知らせてください。",
            "The database lacks entries that were acknowledged; tell the administrator.",
        ),
        "defect": ("内部の誤りです。何も変更していません。", "Something went wrong here; nothing was changed."),
    }
)
"""What each kind of problem means, by the last part of its address."""


def told(refusal: Refusal, language: Language) -> str:
    """Return why an act was refused, in a language; the code where it has no words."""
    both = REASONS.get(refusal.reason)
    return refusal.reason if both is None else both[0 if language == "ja" else 1]
