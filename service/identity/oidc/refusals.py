"""Why a sign-in came to nothing: a closed list of codes, and what people are told in both languages."""

from enum import StrEnum


class Code(StrEnum):
    """What became of a sign-in that came to nothing."""

    UNPROVEN = "unproven"
    DECLINED = "declined"
    NO_ACCOUNT = "no_account"
    EXPIRED = "expired"
    NOT_OURS = "not_ours"
    PROVIDER_ERROR = "provider_error"
    PROVIDER_UNAVAILABLE = "provider_unavailable"
    REPLAYED = "replayed"
    UNKNOWN_PROVIDER = "unknown_provider"
    WEAK_SIGN_IN = "weak_sign_in"
    WRONG_PROVIDER = "wrong_provider"


_TRIED = ("サインインを確認できませんでした。もう一度お試しください。", "The sign-in could not be verified. Please try again.")

WORDS: dict[Code, tuple[str, str]] = {
    Code.UNPROVEN: _TRIED,
    Code.DECLINED: ("認証サービスの画面でサインインが取り消されました。", "The sign-in was cancelled at the identity provider."),
    Code.NO_ACCOUNT: (
        "この方のアカウントは、まだここにありません。管理者にお知らせください。",
        "There is no account here for you yet. Please tell the administrator.",
    ),
    Code.EXPIRED: ("時間切れです。もう一度サインインしてください。", "This took too long. Please sign in again."),
    Code.NOT_OURS: _TRIED,
    Code.PROVIDER_ERROR: ("認証サービスがサインインを受け付けませんでした。", "The identity provider did not accept the sign-in."),
    Code.PROVIDER_UNAVAILABLE: (
        "認証サービスに接続できません。しばらくしてからお試しください。",
        "The identity provider cannot be reached. Please try again later.",
    ),
    Code.REPLAYED: (
        "このサインインは使用済みです。もう一度サインインしてください。",
        "This sign-in was used already. Please sign in again.",
    ),
    Code.UNKNOWN_PROVIDER: ("その認証サービスは登録されていません。", "That identity provider is not known here."),
    Code.WEAK_SIGN_IN: (
        "この操作には、より強い、または新しい認証が必要です。",
        "This needs a stronger or more recent sign-in.",
    ),
    Code.WRONG_PROVIDER: _TRIED,
}
"""Japanese and English, for the page that is shown. The several ways of being forged look alike."""


class SignInError(Exception):
    """A sign-in, or a message about one, that is not accepted."""

    def __init__(self, code: Code, detail: str = "") -> None:
        """Take the code for the page, and for the operator's log what was wrong, in words of our own."""
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code: Code = code
        self.detail = detail
