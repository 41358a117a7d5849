"""What is handed in, in the platform's language: each text in English and in Simplified Chinese.

These are no messages of `isolation.language`: their language is the platform's, not the user's, and both may stand on
one page.
"""

from __future__ import annotations

from isolation.identifiers.accounts import platform_of
from isolation.model import Value

LANGUAGES = ("en", "zh")
# Platforms that read Chinese; all others are written to in English, which their seller support takes.
_CHINESE = frozenset(("taobao", "tmall", "jd", "pinduoduo", "1688", "douyin", "kuaishou", "xiaohongshu", "weidian"))

TEXTS = {
    "plan": ("Plan of Action: {account}", "行动计划：{account}"),
    "notice-of": ("Notice of {date}", "通知日期：{date}"),
    "case-id": ("Case {id}", "案件编号：{id}"),
    "root-cause": ("Root cause", "根本原因"),
    "corrective": ("Corrective measures", "纠正措施"),
    "preventive": ("Preventive measures", "预防措施"),
    "commitment": ("Commitment", "承诺"),
    "coverage": ("What this rests on", "依据与范围"),
    "confirm": ("[to be confirmed by you: {what}]", "[待您确认：{what}]"),
    "finding-ref": ("[finding {id}]", "[发现 {id}]"),
    "entry-ref": ("[entry {number}]", "[记录 {number}]"),
    "document-ref": ("[document {id}]", "[文件 {id}]"),
    "met": (
        "Between {first} and {last}, {account} and {other} were used with the same {fact}",
        "{first}至{last}期间，{account}与{other}使用过同一{fact}",
    ),
    "met-day": (
        "On {first}, {account} and {other} were used with the same {fact}", "{first}，{account}与{other}使用过同一{fact}",
    ),
    "met-undated": (
        "{account} and {other} were used with the same {fact}",
        "{account}与{other}使用过同一{fact}",
    ),
    "beside": (
        "{account} was also used with the same {fact} as other accounts, {count} in number",
        "{account}还与另外{count}个账户使用过同一{fact}",
    ),
    "beside-what": (
        "name them, or say what they are and why they are separate; do not leave them out",
        "请写明这些账户，或说明其性质及独立的理由；不要略去",
    ),
    "alone": (
        "{account} was used from many devices or networks ({rule})",
        "{account}曾从多台设备或多个网络使用（{rule}）",
    ),
    "not-certain": (
        "that it was one and the same {fact}; the record is not certain of it", "确为同一{fact}；记录对此并不确定",
    ),
    "not-covered": (
        "the root cause; the ledger records uses of accounts and tells nothing of what this notice names",
        "根本原因；账本只记录账户的使用，不涉及本通知所述事项",
    ),
    "no-finding": (
        "the root cause; the ledger shows no link that it could be read from, which does not mean that there is none",
        "根本原因；账本中没有可据以判断的关联，但这不表示不存在关联",
    ),
    "why": (
        "how it came about: who worked on which account, on which machine, and why",
        "事情的经过：谁在哪台设备上操作了哪个账户，原因是什么",
    ),
    "mine-reinstated": ("The other account, {store}, was reactivated", "另一账户{store}已恢复"),
    "mine-date": ("its name and the date of its reactivation", "账户名称及恢复日期"),
    "known-ended": ("The tie with {store} has ended", "与{store}的关系已终止"),
    "known-how": ("how and when the tie began, and how and when it ended", "关系如何、何时开始，如何、何时终止"),
    "unknown-links": (
        "We do not recognise {store}; every person, service and event since this account was opened that could link the "
        "two is listed",
        "我们不认识{store}；自本账户开立以来可能造成关联的所有人员、服务和事件均已列出",
    ),
    "had-access": ("Had access to this account besides us: {who}", "除我们外曾可访问本账户的：{who}"),
    "unknown-list": ("that this is so, and that the list is complete", "情况属实，且清单完整"),
    "case-open": (
        "whether the other account is yours, known to you and not yours, or unknown to you; then say what was done",
        "另一账户是您的、您认识但不属于您，还是您不认识；然后写明已采取的措施",
    ),
    "mended": ("What caused this was corrected", "造成问题的原因已纠正"),
    "mended-what": ("each thing that was done, with its date and a document", "已完成的每项措施、日期及证明文件"),
    "access-ended": (
        "Access without permission was ended", "未经许可的访问权限已终止",
    ),
    "access-what": ("whose, when, and how; leave this point out if there was none", "何人、何时、如何终止；如无此情况请删除本条"),
    "own-users": (
        "Each person works with a user of their own, with the permissions they need; passwords are not shared",
        "每位人员使用各自的子账户并只获所需权限；不共用密码",
    ),
    "declared": (
        "Accounts that belong together are declared to the platform with their business reason",
        "同属一方的账户均向平台说明，并附业务理由",
    ),
    "records": (
        "Each use of an account is recorded with its machine and network, and checked before the login",
        "每次使用账户前先行检查，并记录所用设备和网络",
    ),
    "prevent-what": (
        "what is done from now on so that the cause does not recur, each measure with who sees to it",
        "为防止原因再次发生，今后采取的各项措施及负责人",
    ),
    "promise-what": ("that this is done from now on, and who sees to it", "从现在起执行，并指明负责人"),
    "commit": (
        "We have read the policy that the notice names, keep to it, and report to you what changes in our accounts",
        "我们已阅读通知所指的政策并予以遵守；账户情况如有变化将向贵方报告",
    ),
    "commit-what": ("that you have read it and will do so", "您已阅读并将照此执行"),
    "rests": (
        "Recorded uses of {account}: {count}, from {first} to {last}: {observed} observed, {declared} declared by a person, "
        "{imported} imported from other logs",
        "{account}共有{count}次使用记录，{first}至{last}：其中现场记录{observed}次、本人申报{declared}次、由其他日志导入{imported}次",
    ),
    "rests-undated": (
        "Recorded uses of {account}: {count}, at times that are not known", "{account}共有{count}次使用记录，时间不详",
    ),
    "rests-none": (
        "No use of {account} is on record; nothing here can be tied to a record", "没有{account}的使用记录；此处各项均无记录可依",
    ),
    "limits": (
        "Identifiers on our side; uses that were not recorded or imported are not shown, nor what the platform saw",
        "标识均来自我方；未记录或未导入的使用不在其中，平台所见亦不在其中",
    ),
    "chronology": ("Chronology: {account}", "时间顺序表：{account}"),
    "zone-line-utc": ("Times in UTC", "时间为UTC时间"),
    "zone-line": ("Times in {zone}, beside UTC", "时间以{zone}列出，并附UTC时间"),
    "uses": ("Uses", "使用记录"),
    "entry": ("Entry", "记录"), "account": ("Account", "账户"), "begin": ("Begin ({zone})", "开始（{zone}）"),
    "begin-utc": ("Begin (UTC)", "开始（UTC）"), "end": ("End ({zone})", "结束（{zone}）"),
    "known-by": ("Known from", "来源"), "how": ("Channel", "方式"), "machine": ("Machine", "设备"),
    "network": ("Network", "网络"), "clock": ("Recorded (this machine's clock, UTC)", "记录时间（本机时钟，UTC）"),
    "after": ("Recorded after (UTC)", "记录不早于（UTC）"), "by": ("Recorded by (UTC)", "记录不晚于（UTC）"),
    "not-known": ("not known", "不详"), "no-stamp": ("no time stamp", "无时间戳"), "not-told": ("not told", "未告知"),
    "not-seen": ("not seen", "未见"),
    "observed": ("observed", "现场记录"), "declared-use": ("declared", "本人申报"), "imported": ("imported", "导入"),
    "claimed": (
        "Begin and end are claimed; when each use was recorded stands beside it, by this machine's clock, and by outside "
        "time stamps where there are some. An imported or declared use was recorded later than it happened.",
        "开始和结束为所称时间；旁列记录时间：以本机时钟为准，如有外部时间戳则一并列出。导入或申报的使用，其记录晚于发生。",
    ),
    "left": ("Older uses that are not listed here: {count}.", "另有{count}次较早的使用未列出。"),
    "none": ("The ledger holds no use of these accounts.", "账本中没有这些账户的使用记录。"),
}  # fmt: skip

# What a fact is called where a platform reads it.
_FACTS = {
    "device_id": ("device", "设备"), "hardware_mac": ("network adapter", "网卡"), "public_ip": ("public address", "公网地址"),
    "public_prefix": ("IPv6 network", "IPv6网段"), "gateway_mac": ("router", "路由器"),
    "bssid": ("Wi-Fi access point", "Wi-Fi接入点"), "access_point": ("access-point hardware", "接入点设备"),
    "wifi_scan": ("Wi-Fi neighbourhood", "Wi-Fi环境"), "site_ip": ("site address", "站点地址"),
    "operator": ("operator", "操作人员"), "account": ("account", "账户"),
}  # fmt: skip


class Submission(Value):
    """Says texts in one language."""

    __slots__ = ("code",)
    code: str

    def __init__(self, code: str) -> None:
        self._init(code=code)

    def say(self, name: str, **values: object) -> str:
        """The text of that name with these values in it."""
        return TEXTS[name][LANGUAGES.index(self.code)].format_map(values)

    def fact(self, fact: str) -> str:
        """What a fact is called."""
        return _FACTS[fact][LANGUAGES.index(self.code)] if fact in _FACTS else fact


def language_for(account: str, notice_is_chinese: bool) -> str:
    """The language of the platform that the account's name tells; of the notice, where it tells none."""
    platform = platform_of(account)
    if platform:
        return "zh" if platform in _CHINESE else "en"
    return "zh" if notice_is_chinese else "en"


__all__ = ["LANGUAGES", "Submission", "language_for"]
