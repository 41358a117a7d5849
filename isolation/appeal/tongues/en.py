"""English. The phrases are those of notices that sellers published and of the policy pages that these link to."""

from __future__ import annotations

from isolation.appeal.tongues.tongue import Tongue

_CUSTOMER = r"(?:customers?|buyers?|shoppers?|consumers?)"
_FAULT = (
    r"(?:fault|mistakes?|li(?:es?|ed|ars?|ying)|dishonest(?:y|ly)?|careless(?:ness)?|malicious(?:ly)?|abus(?:es?|ed|ing|ive)|"
    r"misus(?:es?|ed|ing)|unreasonabl[ey]|unfair(?:ly)?|false(?:ly)?|to blame|(?:did|do|does)(?: not|n't) (?:read|understand|"
    r"follow|check)|ignored|scam\w*|fraud\w*|cheat\w*|blackmail\w*|wrongly|returned (?:it|them) used)"
)
_WHAT = r"(?:IPs?|IP address(?:es)?|MAC(?: address(?:es)?)?|addresses|devices?|computers?|laptops?|phones?|wi-?fi|networks?|browsers?)"
_ACCOUNT = r"(?:amazon |selling |seller |sales |marketplace |shop |store )?(?:account|store|shop|seller)"

TONGUE = Tongue(
    "en",
    reasons={
        "suspicious-behaviour": (
            r"suspicious (?:behaviou?r|activit(?:y|ies)|login|sign-?in)",
            r"unusual (?:account |login |sign-?in |selling )?activit(?:y|ies)",
            r"(?:deceptive|fraudulent|illegal)(?:, (?:deceptive|fraudulent|or illegal))*,? (?:or illegal )?(?:activit(?:y|ies)|behaviou?r|conduct)",
            r"may have been (?:compromised|accessed without)",
        ),
        "related-accounts": (
            r"(?:is|are|was|were|be|being|been|closely) (?:related|linked|connected|associated) (?:to|with) (?:an?|another|other|one|more|multiple|several|a different|the)~accounts?",
            r"(?:related|linked|associated|connected|duplicate) (?:selling |seller |amazon |partner )?accounts?",
            r"related to (?:an?other|a different|several|multiple)~(?:account|store|shop|seller)s?",
            r"you (?:have|own|operate|hold|opened|maintain) (?:a separate|a second|another|multiple|several|more than one)~(?:account|store|shop)s?",
            r"(?:multiple|several|more than one|second) (?:selling |seller |amazon )?accounts?",
            r"same (?:device|computer|network|ip address|wi-?fi|mac address)",
            r"multiple (?:ip|mac)(?: and mac)? addresses",
        ),
        "account-information": (
            r"(?:unable to|could ?n[o']t|could not|cannot|can't|failed to|not able to) (?:successfully )?(?:verify|validate|confirm) (?:your|the|all|some of the)~(?:information|identity|business|address|document|bank|credit card|registration|details)",
            r"(?:information|details|documents?)(?: (?:that )?you (?:have )?(?:provided|submitted))?~(?:is|are|was|were|be|appears? to be) (?:incorrect|incomplete|inaccurate|invalid|inconsistent|out of date|outdated|expired|illegible|missing)",
            r"(?:incorrect|incomplete|inaccurate|inconsistent) (?:account|business|seller|registration|tax|identity) (?:information|details)",
            r"(?:does|do|did) not match (?:the|your)~(?:information|records|registration|documents?|account)",
            r"we (?:need|require)~(?:documents?|documentation|information)~to (?:verify|validate|confirm) (?:your|the)~(?:information|identity|business|address|account|bank|credit card|details)",
        ),
        "poor-performance": (
            r"order defect rates?",
            r"(?:late (?:shipment|shipping|dispatch|delivery)|late delivery confirmation|on-time (?:delivery|shipment)) rates?",
            r"(?:pre-?(?:fulfil?ment|shipment|ful-?filment) )?cancel+ation rates?",
            r"valid tracking rates?",
            r"(?:does|do|did|has|have) not (?:meet|met) (?:our|the)~(?:performance|operational|service) (?:targets?|standards?|metrics?|requirements?)",
            r"fail(?:s|ed|ure|ing)? to meet (?:our|the)~(?:performance|operational|service) (?:targets?|standards?|metrics?|requirements?)",
            r"(?:poor|below[- ]standard|unsatisfactory) (?:seller |account |selling )?performance",
        ),
        "counterfeit": (
            r"counterfeits?",
            r"in-?authentic(?:ity)?",
            r"(?:not|may not be|might not be) (?:authentic|genuine)",
            r"(?:might|may) be (?:fake|counterfeit)",
            r"fake (?:goods|items?|products?)",
            r"replicas?",
        ),
        "product-safety": (
            r"(?:product|food|consumer|customer) safety",
            r"unsafe",
            r"safety (?:concerns?|complaints?|incidents?|issues?|reports?|hazards?|test)",
            r"(?:product )?(?:quality|condition) (?:complaints?|issues?|concerns?|problems?)",
            r"not as described",
            r"used sold as new",
            r"(?:product )?recalls?",
        ),
        "other-breach": (
            r"(?:restricted|prohibited|banned) (?:products?|items?|goods|listings?)",
            r"not (?:permitted|allowed) (?:for sale|to be sold)",
            r"(?:manipulat(?:e|ed|es|ing|ion)|abus(?:e|ed|ing)|incentivi[sz](?:e|ed|ing)|paid|fake)~(?:reviews?|ratings?)",
            r"reviews? (?:manipulation|abuse)",
            r"(?:misus(?:e|ed|ing)|abus(?:e|ed|ing)|creat(?:ed|ing) duplicate)~(?:detail pages?|listings?|variations?|catalog(?:ue)?)",
            r"code of conduct by ~(?:misusing|manipulating|attempting|contacting|submitting)",
            r"intellectual property",
            r"trademark infring\w+|copyright infring\w+|infring\w+ (?:a |the )?(?:trademark|copyright|patent)",
            r"drop ?shipping policy",
            r"(?:unusual|suspicious|improper|prohibited)~(?:reviewing|reviews?|rating|voting)~activit(?:y|ies)",
            r"(?:documents?|documentation|invoices?|certificates?)~(?:forged|falsified|manipulated|altered|fabricated)",
            r"(?:forged|falsified|manipulated|altered|fabricated) (?:documents?|documentation|invoices?|certificates?)",
        ),
    },
    own_words="the and this of your you have been has with are was were not that please",
    stores=(
        rf"(?i:separate|other|another|related|linked|associated) (?i:{_ACCOUNT}s?(?: named| called|,| name:?|:)?) {{name}}",
        rf"(?i:related|linked|connected|associated) (?i:to|with) (?i:the )?(?i:{_ACCOUNT}) {{name}}",
        rf"(?i:own|owner of|recogni[sz]e) (?i:the )?(?i:{_ACCOUNT}) {{name}}",
        rf"(?i:{_ACCOUNT} name|store name|shop name|display name)\s?[:：] ?{{name}}",
    ),
    conditions=(r"(?:if|should|unless|in case|in the event)",),
    cases=(r"(?:case|ticket|reference|complaint|violation|enforcement)(?: (?:id|no\.?|number|reference))?",),
    sections={
        "root-cause": (r"root ?cause",),
        "corrective": (r"correct\w*", r"actions? (?:we |that we )?(?:have )?taken"),
        "preventive": (r"prevent\w*", r"future"),
        "commitment": (r"commit\w*", r"promise", r"pledge"),
        "coverage": (r"what this rests on",),
    },
    blame=(
        rf"{_CUSTOMER}\b[^.!?\n。]{{0,60}}?\b{_FAULT}",
        rf"{_FAULT}\b[^.!?\n。]{{0,30}}?\b{_CUSTOMER}",
    ),
    absolutes=(
        r"(?:never|only|always|solely|exclusively|at no time|not once|no ?one|nobody|no other|no connection|100 ?%)(?![\w])",
    ),
    promises=(r"(?:will|shall|\w+'ll|going to)(?: \w+){0,2} $",),
    hiding=(
        r"(?:VPNs?|proxy|proxies|VPS|anti-?detect\w*|fingerprint browsers?|spoof\w*|residential IPs?)",
        rf"(?:chang(?:e|ed|ing)|rotat(?:e|ed|ing)|mask(?:ed|ing)?|hid(?:e|den|ing)|switch(?:ed|ing)? to|replac(?:e|ed|ing)|bought|use|using) "
        rf"(?:(?:a|an|the|our|all|its?|their|new|different|separate|another) ){{0,3}}{_WHAT}",
    ),
    uses=(
        r"(?:log(?:ged|s)?[-\s]?in(?:s|to)?|logins?|sign(?:ed|s)?[-\s]?in|us(?:ed|e|es|ing)|sessions?|access(?:ed|es)?)",
    ),
    attached=(r"(?:attach(?:ed|ment)|annex|exhibit|enclosed|appendix)",),
    confirm="to be confirmed by you", entry="entry", finding="finding", document="document",
)  # fmt: skip

__all__ = ["TONGUE"]
